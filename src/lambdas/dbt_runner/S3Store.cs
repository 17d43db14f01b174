using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Xml.Linq;
using Gild.Adapters.Aws;
using Gild.Engine.Adapters;

namespace DbtRunner;

/// <summary>State below a prefix of an S3 bucket. Writes are whole objects; conditions are S3's own (If-None-Match, If-Match).</summary>
sealed class S3Store : RunStore
{
    const string Service = "s3";

    /// <summary>One for the process: its connections stay open between invocations.</summary>
    static readonly Lazy<AwsRequests> s_requests = new(() => new AwsRequests(AwsCredentialSource.DefaultChain()) { Retrying = static notice => Retrying?.Invoke(notice) });

    /// <summary>Told of each attempt that follows a failed one.</summary>
    public static Action<RetryNotice>? Retrying { get; set; }

    readonly S3Address _address;
    readonly string _region;
    readonly string _base;

    public S3Store(S3Address address, Func<string, string?> environment)
    {
        _address = address;
        AwsEndpoints endpoints = new(environment);
        _region = Given(environment("AWS_REGION")) ?? Given(environment("AWS_DEFAULT_REGION")) ?? throw new RunnerException(
            RunnerException.BadConfiguration, $"the region of {address} is not known", "set AWS_REGION");
        // With an endpoint of one's own the bucket stands in the path; AWS wants it in the host's name, but for names with dots (TLS).
        Uri host = endpoints.Of(Service, _region);
        _base = endpoints.Configured(Service) is not null || address.Bucket.Contains('.', StringComparison.Ordinal)
            ? $"{host.AbsoluteUri.TrimEnd('/')}/{address.Bucket}/"
            : $"https://{address.Bucket}.{host.Authority}/";
    }

    static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    public override string Place => _address.ToString();

    Uri UriOf(string key) => new(_base + string.Join('/', _address.KeyOf(key).Split('/').Select(Uri.EscapeDataString)));

    public override StoredObject? Get(string key)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, UriOf(key));
        using HttpResponseMessage response = Send(request);
        // S3 answers 403 for a key that does not exist when the right to list is bound to a prefix, as the runner's is.
        if (response.StatusCode == HttpStatusCode.NotFound || (response.StatusCode == HttpStatusCode.Forbidden && IsAbsent(key)))
        {
            return null;
        }

        Require(response, "s3:GetObject", key);
        using MemoryStream content = new();
        response.Content.ReadAsStream().CopyTo(content);
        return new StoredObject(content.ToArray(), response.Headers.ETag?.Tag ?? "");
    }

    bool IsAbsent(string key)
    {
        try
        {
            return !List(key).Contains(key);
        }
        catch (RunnerException)
        {
            // The first refusal says what is wrong.
            return false;
        }
    }

    public override void Put(string key, ReadOnlyMemory<byte> content)
    {
        using HttpResponseMessage response = PutObject(key, content, null, null);
        Require(response, "s3:PutObject", key);
    }

    public override bool PutIfAbsent(string key, ReadOnlyMemory<byte> content) => PutOnCondition(key, content, "If-None-Match", "*");

    public override bool PutIfMatch(string key, ReadOnlyMemory<byte> content, string tag) => PutOnCondition(key, content, "If-Match", tag);

    bool PutOnCondition(string key, ReadOnlyMemory<byte> content, string header, string value)
    {
        using HttpResponseMessage response = PutObject(key, content, header, value);
        // 412: the condition does not hold; 409: another writer was at it at the same moment; 404: what was to be replaced is gone.
        if (response.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            return false;
        }

        Require(response, "s3:PutObject", key);
        return true;
    }

    HttpResponseMessage PutObject(string key, ReadOnlyMemory<byte> content, string? header, string? value)
    {
        using HttpRequestMessage request = new(HttpMethod.Put, UriOf(key)) { Content = new ReadOnlyMemoryContent(content) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentTypeOf(key));
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        return Send(request);
    }

    public override void Delete(string key)
    {
        using HttpRequestMessage request = new(HttpMethod.Delete, UriOf(key));
        using HttpResponseMessage response = Send(request);
        if (response.StatusCode != HttpStatusCode.NotFound)
        {
            Require(response, "s3:DeleteObject", key);
        }
    }

    public override IReadOnlyList<string> List(string prefix)
    {
        List<string> keys = [];
        string? next = null;
        string whole = _address.KeyOf(prefix);
        int cut = whole.Length - prefix.Length;
        do
        {
            string query = $"?list-type=2&prefix={Uri.EscapeDataString(whole)}" + (next is null ? "" : $"&continuation-token={Uri.EscapeDataString(next)}");
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_base + query));
            using HttpResponseMessage response = Send(request);
            Require(response, "s3:ListBucket", prefix);
            XElement root = XElement.Parse(response.Content.ReadAsStringAsync().GetAwaiter().GetResult());
            keys.AddRange(root.Elements().Where(e => e.Name.LocalName == "Contents")
                .Select(c => c.Elements().First(e => e.Name.LocalName == "Key").Value[cut..]));
            next = root.Elements().FirstOrDefault(e => e.Name.LocalName == "NextContinuationToken")?.Value;
        }
        while (next is not null);
        return keys;
    }

    HttpResponseMessage Send(HttpRequestMessage request)
    {
        try
        {
            return s_requests.Value.Send(request, Service, _region);
        }
        catch (AwsException e)
        {
            throw new RunnerException(RunnerException.StateUnreachable, $"{Place} cannot be reached: {e.Message}", e.Hint, e);
        }
    }

    void Require(HttpResponseMessage response, string action, string key)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        AwsError error = AwsError.Read(response);
        string code = error.Code.Length > 0 ? error.Code : ((int)error.Status).ToString(CultureInfo.InvariantCulture);
        throw new RunnerException(
            RunnerException.StateUnreachable, $"{action} of {PlaceOf(key)} was refused: {code}: {error.Message}",
            error.IsAccessDenied ? $"allow {action} below {Place} in the function's role, and in the bucket's policy and endpoint policy if they have one"
            : code == "NoSuchBucket" ? $"create the bucket {_address.Bucket}, or correct GILD_STATE_URI" : null);
    }

    static string ContentTypeOf(string key) => Path.GetExtension(key) switch
    {
        ".json" => "application/json",
        ".jsonl" or ".log" => "application/x-ndjson",
        ".html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    };
}
