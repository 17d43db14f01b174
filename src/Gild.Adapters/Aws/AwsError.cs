using System.Net;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Gild.Adapters.Aws;

/// <summary>A service's refusal: code and message, from either of the two forms that services answer in.</summary>
/// <param name="Code">E.g. <c>AccessDeniedException</c>, without namespace or address; empty when the answer names none.</param>
/// <param name="Region">S3: where the bucket is, when the answer tells it.</param>
public sealed record AwsError(HttpStatusCode Status, string Code, string Message, string? Region = null)
{
    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool IsTransient => (int)Status >= 500 || Status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || Code.Contains("Throttl", StringComparison.Ordinal)
        || Code is "RequestLimitExceeded" or "TooManyRequestsException" or "SlowDown" or "RequestTimeout" or "PriorRequestNotComplete"
            or "InternalFailure" or "ServiceUnavailable" or "ServiceUnavailableException" or "EC2ThrottledException";

    public bool IsAccessDenied => Code is "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" or "NotAuthorized";

    public bool IsExpiredToken => Code is "ExpiredToken" or "ExpiredTokenException" or "RequestExpired";

    /// <summary>The signature's time is not the service's: codes of S3, of the services that speak JSON, and of those that speak XML.</summary>
    public bool IsClockSkew => Code is "RequestTimeTooSkewed" or "RequestInTheFuture" or "RequestExpired"
        || (Code is "InvalidSignatureException" or "SignatureDoesNotMatch" or "AuthFailure"
            && (Message.Contains("Signature expired", StringComparison.Ordinal) || Message.Contains("Signature not yet current", StringComparison.Ordinal)));

    /// <summary>What to do about it, or null.</summary>
    /// <param name="action">The IAM action that the call needs.</param>
    public string? HintFor(string action) => this switch
    {
        { IsAccessDenied: true } => $"Allow the action {action} in the IAM policy of the caller.",
        { IsClockSkew: true } => "Set this machine's clock.",
        { IsExpiredToken: true } => "The AWS credentials have expired: sign in again.",
        { Code: "UnrecognizedClientException" or "InvalidClientTokenId" or "InvalidAccessKeyId" or "InvalidSignatureException" or "SignatureDoesNotMatch" } =>
            "Check the AWS access key and its secret.",
        { IsTransient: true } => "The service is busy or failing: run again later.",
        _ => null,
    };

    /// <summary>Reads a response whose status is not a success; its content stays readable.</summary>
    public static AwsError Read(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        // The content is buffered, so nothing is waited for.
        string text = response.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        string header = response.Headers.TryGetValues("x-amzn-ErrorType", out IEnumerable<string>? values) ? values.First() : "";
        (string code, string message) = text.AsSpan().TrimStart() switch
        {
            ['{', ..] => FromJson(text),
            ['<', ..] => FromXml(text),
            _ => ("", ""),
        };
        return new AwsError(
            response.StatusCode, ShortName(header.Length > 0 ? header : code), message.Length > 0 ? message : response.ReasonPhrase ?? "", RegionOf(response, text));
    }

    static string? RegionOf(HttpResponseMessage response, string text) =>
        response.Headers.TryGetValues("x-amz-bucket-region", out IEnumerable<string>? values) ? values.First()
        : text.Contains("<Region>", StringComparison.Ordinal) ? text.Split("<Region>", 2)[1].Split('<', 2)[0]
        : null;

    /// <summary><c>com.amazonaws.redshift#AccessDeniedException:http://…</c> is AccessDeniedException.</summary>
    static string ShortName(string code)
    {
        string name = code[(code.IndexOf('#', StringComparison.Ordinal) + 1)..];
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? name : name[..colon];
    }

    static (string Code, string Message) FromJson(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            return (TextOf(root, "__type") ?? TextOf(root, "code") ?? "", TextOf(root, "message") ?? TextOf(root, "Message") ?? "");
        }
        catch (JsonException)
        {
            return ("", "");
        }
    }

    static string? TextOf(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    static (string Code, string Message) FromXml(string text)
    {
        try
        {
            XElement root = XElement.Parse(text);
            return (Descendant(root, "Code"), Descendant(root, "Message"));
        }
        catch (XmlException)
        {
            return ("", "");
        }
    }

    static string Descendant(XElement root, string name) =>
        root.DescendantsAndSelf().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() ?? "";
}
