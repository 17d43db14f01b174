using Npgsql;

namespace Gild.Adapters.Postgres;

/// <summary>A profile's output for PostgreSQL, with dbt-postgres' keys.</summary>
sealed record PostgresSettings
{
    internal required string Host { get; init; }

    internal required int Port { get; init; }

    internal required string User { get; init; }

    internal required string Password { get; init; }

    internal required string Database { get; init; }

    internal required string Schema { get; init; }

    internal required int Threads { get; init; }

    internal int ConnectTimeout { get; init; } = 10;

    internal int Retries { get; init; } = 1;

    internal int KeepalivesIdle { get; init; }

    internal string? SearchPath { get; init; }

    internal string? Role { get; init; }

    internal SslMode SslMode { get; init; } = SslMode.Prefer;

    internal string? SslCertificate { get; init; }

    internal string? SslKey { get; init; }

    internal string? SslRootCertificate { get; init; }

    internal string ApplicationName { get; init; } = "dbt";

    /// <summary>Whether every statement commits by itself.</summary>
    internal bool Autocommit { get; init; }

    internal static PostgresSettings Read(ProfileReader profile)
    {
        string password = profile.Text("password") ?? profile.Text("pass") ?? throw profile.Wrong("password", "is missing");
        return new PostgresSettings
        {
            Host = profile.Require("host"),
            Port = ReadPort(profile),
            User = profile.Require("user"),
            Password = password,
            Database = profile.Text("database") ?? profile.Text("dbname") ?? throw profile.Wrong("dbname", "is missing"),
            Schema = profile.Require("schema"),
            Threads = profile.Threads(),
            ConnectTimeout = profile.Integer("connect_timeout", 10),
            Retries = profile.Integer("retries", 1),
            KeepalivesIdle = profile.Integer("keepalives_idle", 0),
            SearchPath = profile.Text("search_path") is { Length: > 0 } path ? path : null,
            Role = profile.Text("role"),
            SslMode = ReadSslMode(profile),
            SslCertificate = profile.Text("sslcert"),
            SslKey = profile.Text("sslkey"),
            SslRootCertificate = profile.Text("sslrootcert"),
            ApplicationName = profile.Text("application_name") ?? "dbt",
            Autocommit = profile.Flag("autocommit", false),
        };
    }

    static int ReadPort(ProfileReader profile)
    {
        _ = profile.Require("port");
        int port = profile.Integer("port", 5432);
        return port is > 0 and <= 65535 ? port : throw profile.Wrong("port", $"is {port} but must be between 1 and 65535");
    }

    static SslMode ReadSslMode(ProfileReader profile) => profile.Text("sslmode") switch
    {
        null or "prefer" => SslMode.Prefer,
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        string other => throw profile.Wrong(
            "sslmode", $"is '{other}' but must be disable, allow, prefer, require, verify-ca or verify-full"),
    };

    /// <summary>The source of connections; they are not pooled, as each worker keeps its own.</summary>
    internal NpgsqlDataSource ToDataSource()
    {
        NpgsqlSlimDataSourceBuilder builder = new();
        builder.EnableTransportSecurity();
        // Every cell is read as text, so the catalog of types is not needed.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        NpgsqlConnectionStringBuilder keys = builder.ConnectionStringBuilder;
        keys.Host = Host;
        keys.Port = Port;
        keys.Username = User;
        keys.Password = Password;
        keys.Database = Database;
        keys.Timeout = Math.Clamp(ConnectTimeout, 0, 1024);
        keys.CommandTimeout = 0;
        keys.SearchPath = SearchPath;
        keys.ApplicationName = ApplicationName;
        keys.SslMode = SslMode;
        keys.SslCertificate = SslCertificate;
        keys.SslKey = SslKey;
        keys.RootCertificate = SslRootCertificate;
        keys.Pooling = false;
        keys.IncludeErrorDetail = true;
        // Kerberos is not offered, and asking for it costs a round trip.
        keys.GssEncryptionMode = GssEncryptionMode.Disable;
        if (KeepalivesIdle > 0)
        {
            keys.TcpKeepAlive = true;
            keys.TcpKeepAliveTime = KeepalivesIdle;
        }

        return builder.Build();
    }
}
