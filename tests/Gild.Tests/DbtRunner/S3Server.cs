using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gild.Tests.DbtRunner;

/// <summary>
/// An S3 of the tests with one bucket: objects, conditional writes, listing by pages. Every request must carry a valid Signature Version 4,
/// which is computed here from the raw request by the published algorithm, independently of the client's code.
/// </summary>
sealed class S3Server : IDisposable
{
    public const string AccessKey = "AKIDEXAMPLE";
    public const string SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    public const string Token = "FwoGZXIvYXdzEJr-session-token-example";
    const string Bucket = "jobs-state";
    const int PageSize = 3;

    readonly LoopbackServer _server;
    readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    readonly Lock _gate = new();

    public S3Server()
    {
        _server = new LoopbackServer(Serve);
    }

    public string Address => _server.Address;

    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    /// <summary>Requests with a missing or wrong signature.</summary>
    public ConcurrentQueue<string> Refused { get; } = [];

    /// <summary>Secrets by ARN: the server plays Secrets Manager too.</summary>
    public ConcurrentDictionary<string, string> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Asked before a request is served; true when it has answered, or never will.</summary>
    public Func<HttpListenerContext, bool>? Fault { get; set; }

    /// <summary>Answers every write with this status, when set.</summary>
    public int? WriteStatus { get; set; }

    /// <summary>What the runner needs in its environment to come here.</summary>
    public (string, string)[] Environment(string prefix) =>
    [
        ("AWS_ENDPOINT_URL_S3", Address), ("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", AccessKey), ("AWS_SECRET_ACCESS_KEY", SecretKey),
        ("AWS_SESSION_TOKEN", Token), ("GILD_STATE_URI", $"s3://{Bucket}/{prefix}"),
    ];

    public void Put(string key, byte[] content) => _objects[key] = content;

    void Serve(HttpListenerContext context)
    {
        using MemoryStream body = new();
        context.Request.InputStream.CopyTo(body);
        string? wrong = WrongSignature(context.Request, body.ToArray());
        if (wrong is not null)
        {
            Refused.Enqueue($"{context.Request.HttpMethod} {context.Request.RawUrl}: {wrong}");
            Answer(context, 403, $"<Error><Code>SignatureDoesNotMatch</Code><Message>{wrong}</Message></Error>");
            return;
        }

        if (Fault?.Invoke(context) == true)
        {
            return;
        }

        lock (_gate)
        {
            Handle(context, body.ToArray());
        }
    }

    void Handle(HttpListenerContext context, byte[] body)
    {
        if (context.Request.Headers["X-Amz-Target"] == "secretsmanager.GetSecretValue")
        {
            string arn = JsonDocument.Parse(body).RootElement.GetProperty("SecretId").GetString()!;
            context.Response.OutputStream.Write(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["ARN"] = arn, ["SecretString"] = Secrets[arn] }));
            context.Response.Close();
            return;
        }

        string path = Uri.UnescapeDataString(context.Request.RawUrl!.Split('?')[0]);
        if (!path.StartsWith($"/{Bucket}/", StringComparison.Ordinal))
        {
            Answer(context, 404, "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>");
            return;
        }

        string key = path[(Bucket.Length + 2)..];
        switch (context.Request.HttpMethod)
        {
            case "GET" when key.Length == 0:
                List(context);
                break;
            case "GET" when _objects.TryGetValue(key, out byte[]? content):
                context.Response.Headers["ETag"] = TagOf(content);
                context.Response.OutputStream.Write(content);
                context.Response.Close();
                break;
            case "PUT":
                Write(context, key, body);
                break;
            case "DELETE":
                _objects.TryRemove(key, out _);
                Answer(context, 204, "");
                break;
            default:
                // As S3 does for a role that may list below a prefix only.
                Answer(context, 403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
                break;
        }
    }

    void Write(HttpListenerContext context, string key, byte[] body)
    {
        bool exists = _objects.TryGetValue(key, out byte[]? old);
        string? match = context.Request.Headers["If-Match"];
        if (WriteStatus is { } status)
        {
            Answer(context, status, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
        }
        else if ((context.Request.Headers["If-None-Match"] == "*" && exists) || (match is not null && (!exists || TagOf(old!) != match)))
        {
            Answer(context, 412, "<Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message></Error>");
        }
        else
        {
            _objects[key] = body;
            context.Response.Headers["ETag"] = TagOf(body);
            Answer(context, 200, "");
        }
    }

    void List(HttpListenerContext context)
    {
        string prefix = context.Request.QueryString["prefix"] ?? "";
        string after = context.Request.QueryString["continuation-token"] ?? "";
        string[] keys = [.. _objects.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(k, after) > 0).Order(StringComparer.Ordinal)];
        string page = string.Concat(keys.Take(PageSize).Select(k => $"<Contents><Key>{WebUtility.HtmlEncode(k)}</Key></Contents>"));
        string next = keys.Length > PageSize ? $"<NextContinuationToken>{keys[PageSize - 1]}</NextContinuationToken>" : "";
        Answer(context, 200, $"<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{page}{next}</ListBucketResult>");
    }

    public static void Answer(HttpListenerContext context, int status, string xml)
    {
        context.Response.StatusCode = status;
        if (xml.Length > 0)
        {
            context.Response.ContentType = "application/xml";
            context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(xml));
        }

        context.Response.Close();
    }

    static string TagOf(byte[] content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\"";

    /// <summary>What is wrong with the signature, or null.</summary>
    static string? WrongSignature(HttpListenerRequest request, byte[] body)
    {
        string authorization = request.Headers["Authorization"] ?? "";
        string date = request.Headers["X-Amz-Date"] ?? "";
        const string Algorithm = "AWS4-HMAC-SHA256 ";
        if (!authorization.StartsWith(Algorithm, StringComparison.Ordinal) || date.Length != 16)
        {
            return "not signed";
        }

        if (request.Headers["X-Amz-Security-Token"] != Token)
        {
            return "the session token is missing";
        }

        string service = request.Headers["X-Amz-Target"] is null ? "s3" : "secretsmanager";
        if (service == "s3" && request.Headers["x-amz-content-sha256"] != Hash(body))
        {
            return "the hash of the body is wrong";
        }

        Dictionary<string, string> parts = authorization[Algorithm.Length..].Split(',').Select(p => p.Trim().Split('=', 2)).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        string scope = $"{date[..8]}/eu-central-1/{service}/aws4_request";
        if (parts["Credential"] != $"{AccessKey}/{scope}")
        {
            return $"the scope is {parts["Credential"]}";
        }

        string[] raw = request.RawUrl!.Split('?', 2);
        string query = raw.Length == 1 ? "" : string.Join('&', raw[1].Split('&').Order(StringComparer.Ordinal));
        string headers = string.Concat(parts["SignedHeaders"].Split(';').Select(h => $"{h}:{(h == "host" ? request.UserHostName : request.Headers[h])?.Trim()}\n"));
        string canonical = $"{request.HttpMethod}\n{raw[0]}\n{query}\n{headers}\n{parts["SignedHeaders"]}\n{Hash(body)}";
        string toSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        byte[] key = [.. Encoding.UTF8.GetBytes("AWS4" + SecretKey)];
        foreach (string part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign))) == parts["Signature"] ? null : "the signature does not match";
    }

    static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public void Dispose() => _server.Dispose();
}
