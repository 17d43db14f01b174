using System.Text.Json;

namespace DbtRunner;

/// <summary>One log line in CloudWatch's embedded metric format for each invocation that ran nodes: CloudWatch makes metrics of it without a call.</summary>
static class RunMetrics
{
    static readonly (string Name, string Unit)[] s_metrics =
    [
        ("Invocations", "Count"), ("Runs", "Count"), ("FailedRuns", "Count"), ("Nodes", "Count"), ("FailedNodes", "Count"),
        ("Rows", "Count"), ("Duration", "Seconds"),
    ];

    /// <param name="function">The dimension.</param>
    /// <param name="answer">What the invocation answers.</param>
    /// <param name="reporter">What it did.</param>
    /// <param name="duration">How long it took.</param>
    public static byte[] Line(string function, RunAnswer answer, AnswerReporter reporter, TimeSpan duration) => JsonText.Object(json =>
    {
        json.WriteStartObject("_aws");
        json.WriteNumber("Timestamp", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        json.WriteStartArray("CloudWatchMetrics");
        json.WriteStartObject();
        json.WriteString("Namespace", "Gild");
        json.WriteStartArray("Dimensions");
        foreach (string[] dimensions in (string[][])[["FunctionName"], ["FunctionName", "Command"]])
        {
            json.WriteStartArray();
            foreach (string dimension in dimensions)
            {
                json.WriteStringValue(dimension);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("Metrics");
        foreach ((string name, string unit) in s_metrics)
        {
            json.WriteStartObject();
            json.WriteString("Name", name);
            json.WriteString("Unit", unit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("FunctionName", function);
        json.WriteString("Command", answer.Request.Command.Name);
        WriteValues(json, answer, reporter, duration);
    });

    /// <summary>A run counts once, in the invocation that ends it.</summary>
    static void WriteValues(Utf8JsonWriter json, RunAnswer answer, AnswerReporter reporter, TimeSpan duration)
    {
        json.WriteNumber("Invocations", 1);
        json.WriteNumber("Runs", answer.Status == RunStatus.Partial ? 0 : 1);
        json.WriteNumber("FailedRuns", answer.Status == RunStatus.Error ? 1 : 0);
        json.WriteNumber("Nodes", reporter.Ran);
        json.WriteNumber("FailedNodes", answer.Failed.Count);
        json.WriteNumber("Rows", reporter.Rows);
        json.WriteNumber("Duration", Math.Round(duration.TotalSeconds, 3));
        json.WriteString("requestId", answer.RequestId);
        json.WriteString("run", answer.Run);
    }
}
