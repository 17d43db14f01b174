using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Gild.Tests.DbtRunner;

/// <summary>What the function sent back for one event.</summary>
/// <param name="IsError">Posted as an error of the function, not as a response.</param>
/// <param name="Text">The body.</param>
/// <param name="ErrorType">The header that names the error.</param>
sealed record Answer(bool IsError, string Text, string? ErrorType)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Field(string name) => Json.TryGetProperty(name, out JsonElement value) ? value.ToString() : "(no field)";

    public int Count(string name) => Json.GetProperty("counts").GetProperty(name).GetInt32();
}

/// <summary>Lambda's Runtime API on the loopback address, for one runner process.</summary>
sealed class LambdaServer : IDisposable
{
    readonly LoopbackServer _server;
    readonly BlockingCollection<(string Event, TimeSpan Limit)> _events = [];
    readonly BlockingCollection<Answer> _answers = [];
    int _requests;

    public LambdaServer()
    {
        _server = new LoopbackServer(Handle);
    }

    /// <summary>The value of AWS_LAMBDA_RUNTIME_API.</summary>
    public string Host => new Uri(_server.Address).Authority;

    /// <summary>Answers that are larger are refused with 413, as Lambda does above 6 MB.</summary>
    public int LargestAnswer { get; set; } = int.MaxValue;

    /// <summary>Status given to the next answer instead of 202.</summary>
    public int? AnswerStatus { get; set; }

    /// <summary>Errors of the process before its first event.</summary>
    public ConcurrentQueue<string> StartErrors { get; } = [];

    public string LastRequestId { get; private set; } = "";

    public void Send(string theEvent, TimeSpan limit) => _events.Add((theEvent, limit));

    public Answer Receive()
    {
        Assert.True(_answers.TryTake(out Answer? answer, TimeSpan.FromMinutes(2)), "the runner did not answer");
        return answer!;
    }

    void Handle(HttpListenerContext context)
    {
        string path = context.Request.Url!.AbsolutePath["/2018-06-01/runtime/".Length..];
        if (path == "invocation/next")
        {
            (string theEvent, TimeSpan limit) = _events.Take();
            byte[] body = Encoding.UTF8.GetBytes(theEvent);
            LastRequestId = string.Create(CultureInfo.InvariantCulture, $"request-{Interlocked.Increment(ref _requests)}");
            context.Response.Headers["Lambda-Runtime-Aws-Request-Id"] = LastRequestId;
            context.Response.Headers["Lambda-Runtime-Deadline-Ms"] = DateTimeOffset.UtcNow.Add(limit).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            context.Response.Headers["Lambda-Runtime-Trace-Id"] = "Root=1-5e1b4151-5ac6c58dfc1b9a7d6b1e2f3a";
            context.Response.OutputStream.Write(body);
            context.Response.Close();
            return;
        }

        using StreamReader reader = new(context.Request.InputStream, Encoding.UTF8);
        string text = reader.ReadToEnd();
        int status = AnswerStatus ?? (Encoding.UTF8.GetByteCount(text) > LargestAnswer && path.EndsWith("/response", StringComparison.Ordinal) ? 413 : 202);
        context.Response.StatusCode = status;
        context.Response.Close();
        if (path == "init/error")
        {
            StartErrors.Enqueue(text);
        }
        else if (status == 202)
        {
            _answers.Add(new Answer(path.EndsWith("/error", StringComparison.Ordinal), text, context.Request.Headers["Lambda-Runtime-Function-Error-Type"]));
        }
    }

    public void Dispose() => _server.Dispose();
}
