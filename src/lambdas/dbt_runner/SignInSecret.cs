using System.Net.Http.Headers;
using System.Text;
using Gild.Adapters.Aws;
using Gild.Engine;

namespace DbtRunner;

/// <summary>User name and password from Secrets Manager, for a warehouse that is not signed in to with the function's role.</summary>
static class SignInSecret
{
    /// <summary>The variables that the profile reads when <c>REDSHIFT_SECRET_ARN</c> is set.</summary>
    public static IReadOnlyDictionary<string, string> Read(string arn, AwsRequests aws, Func<string, string?> environment, SecretMask mask)
    {
        string[] parts = arn.Split(':');
        string region = parts.Length > 3 && parts[3].Length > 0 ? parts[3] : environment("AWS_REGION") ?? "";
        if (parts.Length < 7 || parts[0] != "arn" || region.Length == 0)
        {
            throw new RunnerException(RunnerException.BadConfiguration, "REDSHIFT_SECRET_ARN is no ARN of a secret", "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME");
        }

        byte[] answer = Ask(arn, region, aws);
        if (JsonText.ReadObject(answer)?.Text("SecretString") is not { } text || JsonText.ReadObject(Encoding.UTF8.GetBytes(text)) is not { } secret
            || secret.Text("username") is not { } user || secret.Text("password") is not { } password)
        {
            throw new RunnerException(RunnerException.BadConfiguration, $"the secret {arn} holds no JSON with `username` and `password`");
        }

        mask.Add(password);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["REDSHIFT_METHOD"] = "database",
            ["REDSHIFT_USER"] = user,
            ["DBT_ENV_SECRET_REDSHIFT_PASSWORD"] = password,
        };
    }

    static byte[] Ask(string arn, string region, AwsRequests aws)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, aws.Endpoints.Of("secretsmanager", region))
            {
                Content = new ByteArrayContent(JsonText.Object(json => json.WriteString("SecretId", arn))),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
            request.Headers.TryAddWithoutValidation("X-Amz-Target", "secretsmanager.GetSecretValue");
            using HttpResponseMessage response = aws.SendOrThrow(request, "secretsmanager", region, "secretsmanager:GetSecretValue");
            using MemoryStream content = new();
            response.Content.ReadAsStream().CopyTo(content);
            return content.ToArray();
        }
        catch (AwsException e)
        {
            throw new RunnerException(RunnerException.BadConfiguration, $"the sign-in secret cannot be read: {e.Message}", e.Hint, e);
        }
    }
}
