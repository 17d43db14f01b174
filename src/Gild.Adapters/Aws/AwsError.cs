using System.Net;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Gild.Adapters.Aws;

/// <summary>A service's refusal: code and message, from either of the two forms that services answer in.</summary>
/// <param name="Code">E.g. <c>AccessDeniedException</c>, without namespace or address; empty when the answer names none.</param>
public sealed record AwsError(HttpStatusCode Status, string Code, string Message)
{
    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool IsTransient => (int)Status >= 500 || Status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || Code.Contains("Throttl", StringComparison.Ordinal)
        || Code is "RequestLimitExceeded" or "TooManyRequestsException" or "SlowDown" or "RequestTimeout" or "PriorRequestNotComplete"
            or "InternalFailure" or "ServiceUnavailable" or "ServiceUnavailableException" or "EC2ThrottledException";

    public bool IsAccessDenied => Code is "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" or "NotAuthorized";

    public bool IsExpiredToken => Code is "ExpiredToken" or "ExpiredTokenException" or "RequestExpired";

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
            response.StatusCode, ShortName(header.Length > 0 ? header : code), message.Length > 0 ? message : response.ReasonPhrase ?? "");
    }

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
