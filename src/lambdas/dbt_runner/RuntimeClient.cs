using System.Globalization;
using System.Net;

namespace DbtRunner;

/// <summary>An event with what Lambda says about its invocation.</summary>
/// <param name="RequestId">Lambda's id.</param>
/// <param name="Deadline">When Lambda ends the invocation.</param>
/// <param name="Event">The payload, JSON.</param>
/// <param name="TraceId">For X-Ray; null when there is none.</param>
sealed record LambdaInvocation(string RequestId, DateTimeOffset Deadline, byte[] Event, string? TraceId);

/// <summary>The runtime API has gone or refused in a way after which the process must end.</summary>
sealed class RuntimeApiException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Lambda's Runtime API for custom runtimes (version 2018-06-01).</summary>
sealed class RuntimeClient : IDisposable
{
    const string ErrorTypeHeader = "Lambda-Runtime-Function-Error-Type";

    readonly HttpClient _http;
    readonly string _base;

    /// <param name="host">The value of <c>AWS_LAMBDA_RUNTIME_API</c>: host and port.</param>
    public RuntimeClient(string host)
    {
        _base = $"http://{host}/2018-06-01/runtime/";
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
        {
            // The next event may be days away.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Waits for an event.</summary>
    public LambdaInvocation Next()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, _base + "invocation/next");
        using HttpResponseMessage response = Send(request);
        if (!response.IsSuccessStatusCode)
        {
            throw new RuntimeApiException($"the runtime API answered {(int)response.StatusCode} to the request for an event");
        }

        using MemoryStream content = new();
        response.Content.ReadAsStream().CopyTo(content);
        string id = Header(response, "Lambda-Runtime-Aws-Request-Id") ?? throw new RuntimeApiException("the runtime API sent an event without a request id");
        long deadline = long.TryParse(Header(response, "Lambda-Runtime-Deadline-Ms"), NumberStyles.None, CultureInfo.InvariantCulture, out long ms)
            ? ms : DateTimeOffset.UtcNow.AddMinutes(15).ToUnixTimeMilliseconds();
        return new LambdaInvocation(id, DateTimeOffset.FromUnixTimeMilliseconds(deadline), content.ToArray(), Header(response, "Lambda-Runtime-Trace-Id"));
    }

    /// <summary>Answers; false when the answer is too large (413).</summary>
    public bool Respond(string requestId, byte[] answer) => Post($"invocation/{requestId}/response", answer, null);

    /// <summary>Reports a function error.</summary>
    public void Fail(string requestId, byte[] error, string errorType)
    {
        if (!Post($"invocation/{requestId}/error", error, errorType))
        {
            Post($"invocation/{requestId}/error", TooLarge(error.Length), errorType);
        }
    }

    /// <summary>Says that the process cannot serve at all.</summary>
    public void FailToStart(string message, string errorType) => Post("init/error", Error(message, errorType), errorType);

    public static byte[] Error(string message, string errorType) => JsonText.Object(json =>
    {
        json.WriteString("errorMessage", message);
        json.WriteString("errorType", errorType);
        json.WriteStartArray("stackTrace");
        json.WriteEndArray();
    });

    /// <summary>The error that stands for an answer which does not pass.</summary>
    public static byte[] TooLarge(int bytes) => Error(
        string.Create(CultureInfo.InvariantCulture, $"The answer of {bytes} bytes is larger than the runtime API takes; the log and the artifacts have all of it."),
        "Gild.AnswerTooLarge");

    bool Post(string path, byte[] body, string? errorType)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, _base + path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json");
        if (errorType is not null)
        {
            request.Headers.TryAddWithoutValidation(ErrorTypeHeader, errorType);
        }

        using HttpResponseMessage response = Send(request);
        return response.StatusCode switch
        {
            HttpStatusCode.RequestEntityTooLarge => false,
            >= HttpStatusCode.InternalServerError => throw new RuntimeApiException($"the runtime API answered {(int)response.StatusCode} to {path}"),
            // 400 and 403: the invocation is over already (its time ran out); there is nobody left to answer.
            _ => true,
        };
    }

    HttpResponseMessage Send(HttpRequestMessage request)
    {
        try
        {
            return _http.Send(request);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RuntimeApiException($"the runtime API cannot be reached: {e.Message}", e);
        }
    }

    static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;

    public void Dispose() => _http.Dispose();
}
