using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gild.Adapters.Aws;

namespace Gild.Tests.Adapters.Redshift;

/// <summary>A request as it came over the wire.</summary>
sealed record ReceivedRequest(string Method, string RawUrl, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>What the stand-in answers.</summary>
sealed record Answer(int Status, string Body = "", string Type = "application/x-amz-json-1.1", params (string Name, string Value)[] Headers);

/// <summary>
/// A stand-in for an AWS service on the loopback address. It refuses requests whose Signature Version 4 does not fit the key it knows; the
/// check is written from AWS's description and shares no code with the program.
/// </summary>
sealed class LocalAws : IDisposable
{
    public const string AccessKey = "AKIDLOCALTEST";
    public const string SecretKey = "local+secret/KEY";
    readonly LoopbackServer _server;
    readonly Lock _gate = new();
    readonly Func<ReceivedRequest, int, Answer> _respond;

    /// <param name="respond">The request and how many came before it.</param>
    public LocalAws(Func<ReceivedRequest, int, Answer> respond)
    {
        _respond = respond;
        _server = new LoopbackServer(Serve);
    }

    public int Port => _server.Port;

    public string Address => _server.Address;

    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    public AwsRequests Client(string? token = null, TimeSpan? timeout = null) => new(
        AwsCredentialSource.Fixed(AccessKey, SecretKey, token),
        new AwsEndpoints(name => name == "AWS_ENDPOINT_URL" ? Address : null),
        timeout, retryPause: TimeSpan.FromMilliseconds(1));

    void Serve(HttpListenerContext context)
    {
        lock (_gate)
        {
            Reply(context);
        }
    }

    void Reply(HttpListenerContext context)
    {
        using MemoryStream body = new();
        context.Request.InputStream.CopyTo(body);
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string name in context.Request.Headers.AllKeys.OfType<string>())
        {
            headers[name] = context.Request.Headers[name]!;
        }

        ReceivedRequest request = new(context.Request.HttpMethod, context.Request.RawUrl!, headers, body.ToArray());
        int before = Requests.Count;
        Requests.Enqueue(request);
        Answer answer = SignatureProblem(request) is { } problem
            ? new Answer(403, $$"""{"__type":"InvalidSignatureException","message":"{{problem}}"}""")
            : _respond(request, before);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Type;
        foreach ((string name, string value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(answer.Body);
        context.Response.ContentLength64 = bytes.Length;
        context.Response.OutputStream.Write(bytes);
        context.Response.Close();
    }

    /// <summary>Recomputes the signature from the received bytes; null when it fits.</summary>
    public static string? SignatureProblem(ReceivedRequest request, string secret = SecretKey)
    {
        string authorization = request.Headers.GetValueOrDefault("Authorization") ?? "";
        if (!authorization.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
        {
            return "no signature";
        }

        Dictionary<string, string> parts = authorization["AWS4-HMAC-SHA256 ".Length..].Split(',')
            .Select(p => p.Trim().Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        string[] scope = parts["Credential"].Split('/');
        string[] signed = parts["SignedHeaders"].Split(';');
        string date = request.Headers["X-Amz-Date"];
        if (!signed.Contains("host") || !signed.Contains("x-amz-date") || scope[1] != date[..8])
        {
            return "host and date must be signed";
        }

        if (request.Headers.ContainsKey("X-Amz-Security-Token") && !signed.Contains("x-amz-security-token"))
        {
            return "the token must be signed";
        }

        string[] url = request.RawUrl.Split('?', 2);
        string path = scope[3] == "s3" ? url[0] : url[0].Replace("%", "%25", StringComparison.Ordinal);
        string query = url.Length < 2 ? "" : string.Join('&', url[1].Split('&').Select(p => p.Contains('=') ? p : p + "=").Order(StringComparer.Ordinal));
        string headers = string.Concat(signed.Select(n => $"{n}:{request.Headers[n].Trim()}\n"));
        string canonical = string.Join('\n', request.Method, path, query, headers, parts["SignedHeaders"], Hex(SHA256.HashData(request.Body)));
        string toSign = string.Join('\n', "AWS4-HMAC-SHA256", date, string.Join('/', scope[1..]), Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (string step in (string[])[scope[1], scope[2], scope[3], "aws4_request", toSign])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
        }

        return Hex(key) == parts["Signature"] ? null : "the signature does not fit";
    }

    static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();

    public void Dispose() => _server.Dispose();
}
