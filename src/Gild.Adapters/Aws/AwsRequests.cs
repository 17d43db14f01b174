using Gild.Engine.Adapters;
using Polly;
using Polly.Retry;

namespace Gild.Adapters.Aws;

/// <summary>
/// Signed requests to AWS. Each attempt is signed anew, with the credentials of that moment; network failures, throttling and server errors
/// are tried again, up to four times, with growing pauses or the one that the service asks for; where this machine's clock is wrong, with the
/// service's time. Safe for all threads; no secret goes into a message.
/// </summary>
public sealed class AwsRequests : IDisposable
{
    const int MostRetries = 4;

    /// <summary>Services refuse what was signed five minutes or more from their own time.</summary>
    static readonly TimeSpan s_skew = TimeSpan.FromMinutes(1);
    static readonly ResiliencePropertyKey<Action<RetryNotice>?> s_retrying = new("retrying");
    readonly AwsCredentialSource? _credentials;
    readonly HttpClient _http;
    readonly TimeProvider _clock;
    readonly ResiliencePipeline<HttpResponseMessage> _retries;
    long _skewTicks;

    /// <param name="credentials">Whose requests they are; null for calls that are not signed.</param>
    /// <param name="timeout">Limit of one attempt; null for 60 seconds.</param>
    /// <param name="retryPause">First pause before another attempt, later ones are longer; null for 200 milliseconds.</param>
    public AwsRequests(
        AwsCredentialSource? credentials, AwsEndpoints? endpoints = null, TimeSpan? timeout = null, TimeSpan? retryPause = null, TimeProvider? clock = null)
    {
        _credentials = credentials;
        _clock = clock ?? TimeProvider.System;
        Endpoints = endpoints ?? AwsEndpoints.FromEnvironment;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = timeout ?? TimeSpan.FromSeconds(60),
        };
        _retries = Retries(retryPause ?? TimeSpan.FromMilliseconds(200));
    }

    /// <summary>For the calls by which credentials are got in the first place.</summary>
    internal static AwsRequests Unsigned(AwsEndpoints endpoints) => new(null, endpoints);

    public AwsEndpoints Endpoints { get; }

    /// <summary>Told, from any thread, of each attempt that follows a failed one.</summary>
    public Action<RetryNotice>? Retrying { get; set; }

    /// <summary>When the last answer must be there; calls end then, whatever their own limit. Null for no such moment.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>Signs and sends; any answer that is not worth another attempt is returned, success or not, with its content read.</summary>
    /// <param name="request">Its address comes from <see cref="Endpoints"/>; its content is read once and may be sent several times.</param>
    /// <param name="service">The signing name, e.g. <c>s3</c>.</param>
    /// <param name="retrying">Told of further attempts in place of <see cref="Retrying"/>.</param>
    /// <exception cref="AwsException">When there are no credentials or no answer comes.</exception>
    public HttpResponseMessage Send(
        HttpRequestMessage request, string service, string region, Action<RetryNotice>? retrying = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[] body = request.Content is null ? [] : Bytes(request.Content, cancellation);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (Until is { } until)
        {
            TimeSpan left = until - _clock.GetUtcNow();
            limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        ResilienceContext context = ResilienceContextPool.Shared.Get(limit.Token);
        context.Properties.Set(s_retrying, retrying ?? Retrying);
        try
        {
            return _retries.Execute(c => Attempt(request, body, service, region, c.CancellationToken), context);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(request, service, e.InnerException?.Message ?? e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable(
                request, service, limit.IsCancellationRequested ? "no answer before the time limit" : $"no answer within {_http.Timeout.TotalSeconds:0} seconds", e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>As <see cref="Send"/>, and a refusal is an exception.</summary>
    /// <param name="action">The IAM action that the call needs, e.g. <c>redshift-serverless:GetCredentials</c>; named when it is denied.</param>
    /// <exception cref="AwsException">When there are no credentials, no answer comes, or the service refuses.</exception>
    public HttpResponseMessage SendOrThrow(
        HttpRequestMessage request, string service, string region, string action, Action<RetryNotice>? retrying = null, CancellationToken cancellation = default)
    {
        HttpResponseMessage response = Send(request, service, region, retrying, cancellation);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw Refused(AwsError.Read(response), action);
        }
    }

    static AwsException Refused(AwsError error, string action) => new(
        $"{action} was refused: {(error.Code.Length > 0 ? error.Code : ((int)error.Status).ToString(System.Globalization.CultureInfo.InvariantCulture))}: {error.Message}")
    {
        Code = error.Code,
        Status = error.Status,
        Hint = error.HintFor(action),
    };

    HttpResponseMessage Attempt(HttpRequestMessage request, byte[] body, string service, string region, CancellationToken cancellation)
    {
        using HttpRequestMessage attempt = new(request.Method, request.RequestUri);
        foreach (KeyValuePair<string, IEnumerable<string>> header in request.Headers)
        {
            attempt.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        if (request.Content is { } content)
        {
            attempt.Content = new ByteArrayContent(body);
            foreach (KeyValuePair<string, IEnumerable<string>> header in content.Headers)
            {
                attempt.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        if (_credentials is not null)
        {
            AwsSignature.Sign(attempt, body, _credentials.Resolve(), service, region, Now.UtcDateTime);
        }

        return _http.Send(attempt, HttpCompletionOption.ResponseContentRead, cancellation);
    }

    /// <summary>The services' time: this machine's, until one of them says that it is wrong.</summary>
    DateTimeOffset Now => _clock.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _skewTicks));

    /// <summary>Whether the service refused for the time alone, and told its own.</summary>
    bool IsSkewed(HttpResponseMessage? response) => response is { IsSuccessStatusCode: false, Headers.Date: { } date }
        && (date - Now).Duration() > s_skew && AwsError.Read(response).IsClockSkew;

    static byte[] Bytes(HttpContent content, CancellationToken cancellation)
    {
        using Stream stream = content.ReadAsStream(cancellation);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    ResiliencePipeline<HttpResponseMessage> Retries(TimeSpan pause) => new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            ShouldHandle = outcome => ValueTask.FromResult(IsTransient(outcome.Outcome) || IsSkewed(outcome.Outcome.Result)),
            MaxRetryAttempts = MostRetries,
            Delay = pause,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            DelayGenerator = static retry => ValueTask.FromResult(AskedFor(retry.Outcome.Result)),
            OnRetry = retry =>
            {
                if (IsSkewed(retry.Outcome.Result))
                {
                    Interlocked.Exchange(ref _skewTicks, (retry.Outcome.Result!.Headers.Date!.Value - _clock.GetUtcNow()).Ticks);
                }

                retry.Context.Properties.GetValue(s_retrying, null)?.Invoke(
                    new RetryNotice("the call of AWS", retry.AttemptNumber + 2, MostRetries + 1, retry.RetryDelay, ErrorOf(retry.Outcome)));
                retry.Outcome.Result?.Dispose();
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    static string ErrorOf(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: { } failure } => failure.InnerException?.Message ?? failure.Message,
        { Result: { } response } when AwsError.Read(response) is var error => $"{response.RequestMessage?.RequestUri?.Host} answered {(int)error.Status} {error.Code} {error.Message}".Trim(),
        _ => "",
    };

    static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException } => true,
        { Exception: TaskCanceledException { InnerException: TimeoutException } } => true,
        { Result: { IsSuccessStatusCode: false } response } => AwsError.Read(response).IsTransient,
        _ => false,
    };

    /// <summary>The pause that the service asks for, at most 20 seconds.</summary>
    static TimeSpan? AskedFor(HttpResponseMessage? response) =>
        response?.Headers.RetryAfter?.Delta is { } delta ? TimeSpan.FromSeconds(Math.Min(delta.TotalSeconds, 20)) : null;

    static AwsException Unreachable(HttpRequestMessage request, string service, string reason, Exception inner) =>
        new($"AWS's {service} at {request.RequestUri!.Authority} cannot be reached: {reason}", inner)
        {
            Hint = "Check region and network; from a private subnet the service needs a VPC endpoint.",
        };

    public void Dispose() => _http.Dispose();
}
