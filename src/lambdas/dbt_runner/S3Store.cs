using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Xml;
using System.Xml.Linq;
using Gild.Adapters.Aws;

namespace DbtRunner;

/// <summary>State below a prefix of an S3 bucket. Writes are whole objects; conditions are S3's own (If-None-Match, If-Match).</summary>
sealed class S3Store : RunStore
{
    const string Service = "s3";

    readonly S3Address _address;
    readonly AwsRequests _requests;
    readonly string _region;
    readonly string _base;

    /// <param name="address">Where the objects are.</param>
    /// <param name="requests">How AWS is asked; the caller's.</param>
    /// <param name="environment">Names the region.</param>
    public S3Store(S3Address address, AwsRequests requests, Func<string, string?> environment)
    {
        _address = address;
        _requests = requests;
        AwsEndpoints endpoints = requests.Endpoints;
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
        if (IsMissingKey(response) || (response.StatusCode == HttpStatusCode.Forbidden && AwsError.Read(response).IsAccessDenied && IsAbsent(key)))
        {
            return null;
        }

        Require(response, "s3:GetObject", key);
        using MemoryStream content = new();
        response.Content.ReadAsStream().CopyTo(content);
        return new StoredObject(content.ToArray(), response.Headers.ETag?.Tag ?? "");
    }

    /// <summary>A bucket that is not there is another matter.</summary>
    static bool IsMissingKey(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.NotFound && AwsError.Read(response).Code is "NoSuchKey" or "";

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
        if (response.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict || IsMissingKey(response))
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
        if (!IsMissingKey(response))
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
            XElement page = Page(response, prefix);
            keys.AddRange(page.Elements().Where(e => e.Name.LocalName == "Contents")
                .SelectMany(c => c.Elements().Where(e => e.Name.LocalName == "Key")).Select(k => k.Value[cut..]));
            next = page.Elements().FirstOrDefault(e => e.Name.LocalName == "NextContinuationToken")?.Value;
        }
        while (next is not null);
        return keys;
    }

    XElement Page(HttpResponseMessage response, string prefix)
    {
        try
        {
            return XElement.Parse(response.Content.ReadAsStringAsync().GetAwaiter().GetResult());
        }
        catch (XmlException e)
        {
            throw new RunnerException(
                RunnerException.StateUnreachable, $"the list of {PlaceOf(prefix)} cannot be read: {e.Message}", "check that what answers is S3 (AWS_ENDPOINT_URL_S3, proxies)", e);
        }
    }

    HttpResponseMessage Send(HttpRequestMessage request)
    {
        try
        {
            return _requests.Send(request, Service, _region);
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
            error.Region is { } region && region != _region ? WrongRegion(region)
            : error.IsAccessDenied ? $"allow {action} below {Place} in the function's role, and in the bucket's policy and endpoint policy if they have one"
            : code == "NoSuchBucket" ? $"create the bucket {_address.Bucket}, or correct GILD_STATE_URI"
            : error.HintFor(action));
    }

    /// <summary>S3 tells where the bucket is; a private subnet has no way to another region.</summary>
    string WrongRegion(string region) =>
        $"the bucket {_address.Bucket} is in {region} and this runs in {_region}: on Lambda name a bucket of {_region}, on a laptop set AWS_REGION={region}";

    static string ContentTypeOf(string key) => Path.GetExtension(key) switch
    {
        ".json" => "application/json",
        ".jsonl" or ".log" => "application/x-ndjson",
        ".html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    };
}
