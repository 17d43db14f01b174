using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace Gild.Adapters.Aws;

/// <summary>
/// Signature Version 4 on a raw request: the canonical form is made here, the keyed hashes are the AWS SDK's. Source: AWS General Reference,
/// "Create a signed AWS API request".
/// </summary>
static class AwsSignature
{
    const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <summary>Adds <c>X-Amz-Date</c>, the token's and the hash's header where they belong, and <c>Authorization</c>.</summary>
    /// <param name="body">What will be sent; its hash is signed.</param>
    internal static void Sign(
        HttpRequestMessage request, ReadOnlySpan<byte> body, AwsCredentials credentials, string service, string region, DateTime utcNow)
    {
        string bodyHash = Convert.ToHexStringLower(SHA256.HashData(body));
        SetHeader(request, "X-Amz-Date", utcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        if (credentials.SessionToken is { } token)
        {
            SetHeader(request, "X-Amz-Security-Token", token);
        }

        if (service == "s3")
        {
            SetHeader(request, "x-amz-content-sha256", bodyHash);
        }

        SortedDictionary<string, string> headers = SignedHeaders(request);
        string names = string.Join(';', headers.Keys);
        string canonical = Canonical(request, headers, names, bodyHash, encodeTwice: service != "s3");
        AWS4SigningResult result = AWS4Signer.ComputeSignature(
            new ImmutableCredentials(credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken),
            region, utcNow, service, names, canonical);
        SetHeader(request, "Authorization", result.ForAuthorizationHeader);
    }

    static void SetHeader(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>Host, content type and everything that begins with <c>x-amz-</c>; others may be changed on the way.</summary>
    static SortedDictionary<string, string> SignedHeaders(HttpRequestMessage request)
    {
        SortedDictionary<string, string> headers = new(StringComparer.Ordinal) { ["host"] = request.Headers.Host ?? request.RequestUri!.Authority };
        foreach (KeyValuePair<string, IEnumerable<string>> header in request.Headers)
        {
            if (header.Key.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase))
            {
                headers[header.Key.ToLowerInvariant()] = Collapse(string.Join(',', header.Value));
            }
        }

        if (request.Content?.Headers.ContentType is { } type)
        {
            headers["content-type"] = Collapse(type.ToString());
        }

        return headers;
    }

    /// <summary>Runs of blanks count as one.</summary>
    static string Collapse(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    static string Canonical(
        HttpRequestMessage request, SortedDictionary<string, string> headers, string names, string bodyHash, bool encodeTwice)
    {
        Uri address = request.RequestUri!;
        StringBuilder text = new();
        text.Append(request.Method.Method).Append('\n')
            .Append(Path(address, encodeTwice)).Append('\n')
            .Append(Query(address)).Append('\n');
        foreach ((string name, string value) in headers)
        {
            text.Append(name).Append(':').Append(value).Append('\n');
        }

        return text.Append('\n').Append(names).Append('\n').Append(bodyHash).ToString();
    }

    /// <summary>Every service but S3 signs the path encoded once more than it is sent.</summary>
    static string Path(Uri address, bool encodeTwice)
    {
        string[] segments = address.AbsolutePath.Split('/');
        for (int i = 0; i < segments.Length; i++)
        {
            string once = Recode(segments[i]);
            segments[i] = encodeTwice ? Encode(once) : once;
        }

        return string.Join('/', segments);
    }

    static string Query(Uri address)
    {
        string query = address.Query.TrimStart('?');
        return query.Length == 0 ? "" : string.Join('&', query.Split('&')
            .Select(pair => pair.Split('=', 2))
            .Select(pair => (Name: Recode(pair[0]), Value: pair.Length > 1 ? Recode(pair[1]) : ""))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal)
            .Select(p => $"{p.Name}={p.Value}"));
    }

    static string Recode(string part) => Encode(Uri.UnescapeDataString(part));

    /// <summary>Percent-encoding of everything but RFC 3986's unreserved characters.</summary>
    static string Encode(string text)
    {
        StringBuilder encoded = new(text.Length);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            _ = Unreserved.Contains((char)b, StringComparison.Ordinal)
                ? encoded.Append((char)b)
                : encoded.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }
}
