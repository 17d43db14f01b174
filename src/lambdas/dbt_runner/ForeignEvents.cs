using System.Text.Json;

namespace DbtRunner;

/// <summary>Events that services of AWS send of their own accord, by their documented fields: whoever wired one to the function is told what to do instead.</summary>
static class ForeignEvents
{
    const string Example = "{\"command\": \"build\"}";

    static readonly (string What, string[] Fields, string Help)[] s_known =
    [
        ("an event of EventBridge", ["detail-type", "source"], $"give the rule's or schedule's target a constant input such as {Example}"),
        ("a batch of records (SQS, SNS, S3, Kinesis or DynamoDB)", ["Records"], "call the function from a rule, a schedule or a state machine with an input of its own"),
        ("a request over HTTP (API Gateway, a load balancer or a function URL)", ["requestContext"], $"invoke the function itself, with a payload such as {Example}"),
        ("the result of a Lambda task of Step Functions", ["ExecutedVersion", "Payload"], "pass `$.Payload` on, and of it only `resume`"),
    ];

    /// <summary>What it is and what to do, or null.</summary>
    public static (string What, string Help)? Find(JsonElement root)
    {
        foreach ((string what, string[] fields, string help) in s_known)
        {
            if (Array.TrueForAll(fields, f => root.TryGetProperty(f, out _)))
            {
                return (what, help);
            }
        }

        return null;
    }
}
