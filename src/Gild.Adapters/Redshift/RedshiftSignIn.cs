using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Gild.Adapters.Aws;
using Gild.Engine.Adapters;

namespace Gild.Adapters.Redshift;

/// <summary>
/// User and password for one session: those of the profile, of a provider, or temporary ones from AWS. Temporary ones are asked for anew for each
/// session, because only opening one needs them: a run may be longer than they live.
/// </summary>
sealed class RedshiftSignIn : IDisposable
{
    const int Seconds = 3600;
    readonly RedshiftSettings _settings;
    readonly Func<CancellationToken, DatabaseSignIn>? _provider;
    readonly Lazy<AwsRequests> _requests;

    /// <param name="provider">Gives user and password of method <c>database</c> when the profile has no password, e.g. from Secrets Manager.</param>
    /// <param name="requests">How to reach AWS; null for the credentials that the profile names.</param>
    internal RedshiftSignIn(
        RedshiftSettings settings, Func<CancellationToken, DatabaseSignIn>? provider, Func<AwsRequests>? requests = null)
    {
        _settings = settings;
        _provider = provider;
        _requests = new Lazy<AwsRequests>(() => requests is null ? new AwsRequests(Source(settings)) : requests());
    }

    static AwsCredentialSource Source(RedshiftSettings settings) =>
        settings is { AccessKeyId: { } key, SecretAccessKey: { } secret } ? AwsCredentialSource.Fixed(key, secret)
        : settings.IamProfile is { } profile ? AwsCredentialSource.Profile(profile)
        : AwsCredentialSource.DefaultChain();

    /// <exception cref="AdapterException">When AWS refuses or cannot be reached; names the IAM action.</exception>
    /// <param name="retrying">Told of each attempt that follows a failed one.</param>
    internal DatabaseSignIn ForNewSession(Action<RetryNotice> retrying, CancellationToken cancellation)
    {
        try
        {
            return _settings.Method == RedshiftMethod.Database ? OfDatabase(cancellation)
                : _settings.IsServerless ? OfWorkGroup(retrying, cancellation)
                : _settings.Method == RedshiftMethod.Iam ? OfCluster("GetClusterCredentials", ForUser(), retrying, cancellation)
                : OfCluster("GetClusterCredentialsWithIAM", [], retrying, cancellation);
        }
        catch (AwsException e)
        {
            throw new AdapterException($"Cannot sign in to Redshift at {_settings.Host} with IAM: {e.Message}", e) { SqlState = e.Code, Hint = e.Hint, Kind = "Database Error" };
        }
    }

    DatabaseSignIn OfDatabase(CancellationToken cancellation) => _settings.Password is { } password && _settings.User is { } user
        ? new DatabaseSignIn(user, password)
        : _provider?.Invoke(cancellation) ?? throw new AdapterException("The profile has no password for Redshift.") { Kind = "Runtime Error" };

    /// <summary>Serverless takes no user name: the role or user that calls becomes <c>IAMR:role</c> or <c>IAM:user</c>.</summary>
    DatabaseSignIn OfWorkGroup(Action<RetryNotice> retrying, CancellationToken cancellation)
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("workgroupName", _settings.WorkGroup);
            json.WriteString("dbName", _settings.Database);
            json.WriteNumber("durationSeconds", Seconds);
            json.WriteEndObject();
        }

        using HttpRequestMessage request = Post("redshift-serverless", body.ToArray(), "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "RedshiftServerless.GetCredentials");
        const string Action = "redshift-serverless:GetCredentials";
        using HttpResponseMessage response = _requests.Value.SendOrThrow(request, "redshift-serverless", Region, Action, retrying, cancellation);
        try
        {
            using JsonDocument answer = JsonDocument.Parse(response.Content.ReadAsStream(cancellation));
            return Complete(TextOf(answer.RootElement, "dbUser"), TextOf(answer.RootElement, "dbPassword"), Action);
        }
        catch (JsonException e)
        {
            throw new AwsException($"{Action} gave an answer that cannot be read.", e);
        }
    }

    List<KeyValuePair<string, string>> ForUser()
    {
        List<KeyValuePair<string, string>> parameters =
        [
            new("DbUser", _settings.User!),
            new("AutoCreate", _settings.AutoCreate ? "true" : "false"),
        ];
        for (int i = 0; i < _settings.DbGroups.Count; i++)
        {
            parameters.Add(new(string.Create(CultureInfo.InvariantCulture, $"DbGroups.DbGroup.{i + 1}"), _settings.DbGroups[i]));
        }

        return parameters;
    }

    DatabaseSignIn OfCluster(string operation, List<KeyValuePair<string, string>> parameters, Action<RetryNotice> retrying, CancellationToken cancellation)
    {
        List<KeyValuePair<string, string>> form =
        [
            new("Action", operation),
            new("Version", "2012-12-01"),
            new("ClusterIdentifier", _settings.ClusterId!),
            new("DbName", _settings.Database),
            new("DurationSeconds", Seconds.ToString(CultureInfo.InvariantCulture)),
            .. parameters,
        ];
        string body = string.Join('&', form.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
        using HttpRequestMessage request = Post("redshift", Encoding.UTF8.GetBytes(body), "application/x-www-form-urlencoded; charset=utf-8");
        string action = $"redshift:{operation}";
        using HttpResponseMessage response = _requests.Value.SendOrThrow(request, "redshift", Region, action, retrying, cancellation);
        try
        {
            XElement answer = XElement.Load(response.Content.ReadAsStream(cancellation));
            return Complete(Descendant(answer, "DbUser"), Descendant(answer, "DbPassword"), action);
        }
        catch (XmlException e)
        {
            throw new AwsException($"{action} gave an answer that cannot be read.", e);
        }
    }

    HttpRequestMessage Post(string service, byte[] body, string contentType)
    {
        HttpRequestMessage request = new(HttpMethod.Post, _requests.Value.Endpoints.Of(service, Region)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return request;
    }

    string Region => _settings.Region ?? AwsRegion.FromEnvironment(_settings.IamProfile)
        ?? throw new AwsException("The AWS region is not known.") { Hint = "Give 'region' in the profile, or set AWS_REGION." };

    static DatabaseSignIn Complete(string? user, string? password, string action) => user is { Length: > 0 } && password is { Length: > 0 }
        ? new DatabaseSignIn(user, password)
        : throw new AwsException($"{action} gave an answer without user or password.");

    static string? TextOf(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static string? Descendant(XElement answer, string name) => answer.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim();

    public void Dispose()
    {
        if (_requests.IsValueCreated)
        {
            _requests.Value.Dispose();
        }
    }
}
