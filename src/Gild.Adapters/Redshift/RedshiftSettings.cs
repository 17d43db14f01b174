using System.Text.RegularExpressions;
using Gild.Jinja.Values;
using Npgsql;

namespace Gild.Adapters.Redshift;

/// <summary>A profile's output for Redshift, with dbt-redshift's keys and three of our own: <c>query_timeout</c>, <c>session_settings</c>, <c>sslrootcert</c>.</summary>
sealed partial record RedshiftSettings
{
    const int DefaultPort = 5439;
    const int DefaultConnectTimeout = 30;

    internal required RedshiftMethod Method { get; init; }

    internal required string Host { get; init; }

    internal required int Port { get; init; }

    internal required string Database { get; init; }

    internal required string Schema { get; init; }

    internal required int Threads { get; init; }

    internal string? User { get; init; }

    internal string? Password { get; init; }

    internal string? Region { get; init; }

    /// <summary>The workgroup of Redshift Serverless; null on a provisioned cluster.</summary>
    internal string? WorkGroup { get; init; }

    internal string? AccountId { get; init; }

    /// <summary>The provisioned cluster; null on Serverless.</summary>
    internal string? ClusterId { get; init; }

    internal string? IamProfile { get; init; }

    internal string? AccessKeyId { get; init; }

    internal string? SecretAccessKey { get; init; }

    internal bool AutoCreate { get; init; }

    internal IReadOnlyList<string> DbGroups { get; init; } = [];

    internal string? Role { get; init; }

    internal SslMode SslMode { get; init; }

    internal string? RootCertificate { get; init; }

    /// <summary>Seconds to wait for a session; it does not limit statements.</summary>
    internal int ConnectTimeout { get; init; } = DefaultConnectTimeout;

    /// <summary>Seconds a statement may run on the server; 0 for no limit of ours.</summary>
    internal int QueryTimeout { get; init; }

    internal int Retries { get; init; } = 1;

    internal bool RetryAll { get; init; }

    internal bool Autocommit { get; init; } = true;

    internal bool Ra3Node { get; init; }

    internal bool DataSharing { get; init; }

    internal bool KeepAlive { get; init; } = true;

    internal int KeepAliveIdle { get; init; }

    internal int KeepAliveInterval { get; init; }

    internal string? SearchPath { get; init; }

    internal string? QueryGroup { get; init; }

    internal bool DropWithoutCascade { get; init; }

    internal bool AllowConcurrentDrops { get; init; }

    /// <summary>Parameters that every session sets, by name: <c>json_serialization_enable: true</c>.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> SessionSettings { get; init; } = [];

    internal bool IsServerless => WorkGroup is not null;

    static readonly string[] Keys =
    [
        "type", "method", "host", "port", "dbname", "database", "schema", "threads", "user", "pass", "password", "region", "cluster_id",
        "serverless_work_group", "serverless_acct_id", "is_serverless", "iam_profile", "access_key_id", "secret_access_key", "autocreate", "db_groups",
        "role", "sslmode", "sslrootcert", "connect_timeout", "query_timeout", "statement_timeout", "retries", "retry_all", "autocommit", "ra3_node",
        "datasharing", "tcp_keepalive", "tcp_keepalive_idle", "tcp_keepalive_interval", "tcp_keepalive_count", "keepalives_idle", "search_path",
        "query_group", "drop_without_cascade", "allow_concurrent_drops", "session_settings", "idc_region", "issuer_url", "idp_listen_port",
        "idc_client_display_name", "idp_response_timeout", "token_endpoint",
    ];

    /// <exception cref="Gild.Engine.Adapters.AdapterException">When a key is missing, wrong or unknown; it names the key.</exception>
    internal static RedshiftSettings Read(ProfileReader profile, bool passwordIsProvided)
    {
        profile.OnlyKeys(Keys);
        RedshiftMethod method = ReadMethod(profile);
        RedshiftSettings settings = new()
        {
            Method = method,
            Host = ReadHost(profile),
            Port = ReadPort(profile),
            Database = profile.Text("database") ?? profile.Require("dbname"),
            Schema = profile.Require("schema"),
            Threads = profile.Threads(),
            User = profile.Text("user"),
            Password = profile.Text("password") ?? profile.Text("pass"),
            IamProfile = profile.Text("iam_profile"),
            AccessKeyId = profile.Text("access_key_id"),
            SecretAccessKey = profile.Text("secret_access_key"),
            AccountId = profile.Text("serverless_acct_id"),
            AutoCreate = profile.Flag("autocreate", false),
            DbGroups = [.. profile.List("db_groups").Select(g => g.ToString())],
            Role = profile.Text("role"),
            SslMode = ReadSslMode(profile, method),
            RootCertificate = profile.Text("sslrootcert"),
            ConnectTimeout = NotNegative(profile, "connect_timeout", DefaultConnectTimeout),
            QueryTimeout = NotNegative(profile, "query_timeout", NotNegative(profile, "statement_timeout", 0)),
            Retries = NotNegative(profile, "retries", 1),
            RetryAll = profile.Flag("retry_all", false),
            Autocommit = profile.Flag("autocommit", true),
            Ra3Node = profile.Flag("ra3_node", false),
            DataSharing = profile.Flag("datasharing", false),
            KeepAlive = profile.Flag("tcp_keepalive", true),
            KeepAliveIdle = NotNegative(profile, "tcp_keepalive_idle", NotNegative(profile, "keepalives_idle", 0)),
            KeepAliveInterval = NotNegative(profile, "tcp_keepalive_interval", 0),
            SearchPath = profile.Text("search_path") is { Length: > 0 } path ? path : null,
            QueryGroup = profile.Text("query_group"),
            DropWithoutCascade = profile.Flag("drop_without_cascade", false),
            AllowConcurrentDrops = profile.Flag("allow_concurrent_drops", false),
            SessionSettings = [.. profile.Map("session_settings").Select(s => KeyValuePair.Create(SettingName(profile, s.Key), SettingText(s.Value)))],
        };
        settings = settings with { Region = profile.Text("region") ?? RegionOf(settings.Host), WorkGroup = ReadWorkGroup(profile, settings), ClusterId = profile.Text("cluster_id") };
        settings.Check(profile, passwordIsProvided);
        return settings;
    }

    static RedshiftMethod ReadMethod(ProfileReader profile) => profile.Text("method") switch
    {
        null or "database" => RedshiftMethod.Database,
        "iam" => RedshiftMethod.Iam,
        "iam_role" => RedshiftMethod.IamRole,
        string other and ("browser_identity_center" or "oauth_token_identity_center") => throw profile.Wrong(
            "method", $"is '{other}', which Gild does not support: use database, iam or iam_role"),
        string other => throw profile.Wrong("method", $"is '{other}' but must be database, iam or iam_role"),
    };

    /// <summary>The host, or that of the workgroup when its three parts are given.</summary>
    static string ReadHost(ProfileReader profile) => profile.Text("host") is { Length: > 0 } host ? host
        : profile.Text("serverless_work_group") is { } group && profile.Text("serverless_acct_id") is { } account && profile.Text("region") is { } region
            ? $"{group}.{account}.{region}.redshift-serverless.amazonaws.com"
            : throw profile.Wrong("host", "is missing");

    static int ReadPort(ProfileReader profile)
    {
        int port = profile.Integer("port", DefaultPort);
        return port is > 0 and <= 65535 ? port : throw profile.Wrong("port", $"is {port} but must be between 1 and 65535");
    }

    static int NotNegative(ProfileReader profile, string key, int otherwise)
    {
        int number = profile.Integer(key, otherwise);
        return number >= 0 ? number : throw profile.Wrong(key, $"is {number} but must not be negative");
    }

    /// <summary>As dbt-redshift, every mode but <c>disable</c> encrypts and checks the certificate. Temporary passwords need more: the host too.</summary>
    static SslMode ReadSslMode(ProfileReader profile, RedshiftMethod method) => profile.Text("sslmode") switch
    {
        null => method == RedshiftMethod.Database ? SslMode.VerifyCA : SslMode.VerifyFull,
        "disable" => SslMode.Disable,
        "allow" or "prefer" or "require" or "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        string other => throw profile.Wrong(
            "sslmode", $"is '{other}' but must be disable, allow, prefer, require, verify-ca or verify-full"),
    };

    /// <summary>With a managed endpoint or a name of one's own the host's first label is not the workgroup, so the key goes first.</summary>
    static string? ReadWorkGroup(ProfileReader profile, RedshiftSettings settings) =>
        profile.Text("cluster_id") is not null && profile.Raw("is_serverless").IsNone && profile.Text("serverless_work_group") is null ? null
        : profile.Text("serverless_work_group") is { Length: > 0 } named ? named
        : settings.Host.Contains("serverless", StringComparison.Ordinal) || profile.Flag("is_serverless", false) ? settings.Host.Split('.')[0]
        : null;

    void Check(ProfileReader profile, bool passwordIsProvided)
    {
        if (Method == RedshiftMethod.Database)
        {
            if (!passwordIsProvided)
            {
                _ = User ?? throw profile.Wrong("user", "is missing");
                _ = Password ?? throw profile.Wrong("password", "is missing (method 'iam_role' and 'iam' need none)");
            }

            return;
        }

        if (SslMode == SslMode.Disable && !IsLoopback)
        {
            throw profile.Wrong("sslmode", "is 'disable', but Redshift takes temporary passwords over TLS only: leave it out");
        }

        if (!IsServerless && ClusterId is null)
        {
            throw profile.Wrong("cluster_id", "is missing; for Redshift Serverless give serverless_work_group, or a host of redshift-serverless");
        }

        if (!IsServerless && Method == RedshiftMethod.Iam)
        {
            _ = User ?? throw profile.Wrong("user", "is missing; method 'iam' signs in as that user of the database");
        }

        if ((AccessKeyId is null) != (SecretAccessKey is null))
        {
            throw profile.Wrong(AccessKeyId is null ? "access_key_id" : "secret_access_key", "is missing; both belong together");
        }
    }

    bool IsLoopback => Host is "localhost" or "127.0.0.1" or "::1";

    static string SettingName(ProfileReader profile, string name) => ParameterName().IsMatch(name)
        ? name
        : throw profile.Wrong("session_settings", $"has '{name}', which is no name of a parameter");

    static string SettingText(Value value) => value.IsBool ? (value.AsBool ? "true" : "false") : value.ToString();

    /// <summary><c>workgroup.account.REGION.redshift-serverless.amazonaws.com</c> and <c>cluster.hash.REGION.redshift.amazonaws.com</c>.</summary>
    static string? RegionOf(string host) => HostName().Match(host) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"^[^.]+\.[^.]+\.([a-z0-9-]+)\.redshift(?:-serverless)?\.amazonaws\.com(?:\.cn)?$", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.]*$", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterName();
}
