using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Gild.Adapters.Postgres;

/// <summary>PostgreSQL, with the profile keys and the behaviour of dbt-postgres.</summary>
public sealed class PostgresAdapter : Adapter
{
    readonly PostgresSettings _settings;
    readonly NpgsqlDataSource _source;
    readonly SessionRules _rules;
    IReadOnlyList<MacroPackage>? _packages;

    // Statements are split here, so Npgsql sends them as they are; it would misread the bodies of SQL functions.
    static PostgresAdapter() => AppContext.SetSwitch("Npgsql.EnableSqlRewriting", false);

    PostgresAdapter(PostgresSettings settings)
    {
        _settings = settings;
        _source = settings.ToDataSource();
        _rules = new SessionRules { ImplicitBegin = !settings.Autocommit, Transactions = !settings.Autocommit, Errors = PostgresErrors.OfPostgres };
        Target = new AdapterTarget("postgres", settings.Database, settings.Schema, settings.Threads) { Visible = Visible(settings) };
    }

    /// <summary>For the registry of a program that speaks to PostgreSQL.</summary>
    public static AdapterFactory Factory { get; } = new(
        "postgres", (output, environment) => new PostgresAdapter(PostgresSettings.Read(new ProfileReader(output, environment))));

    public override string Type => "postgres";

    public override IReadOnlyList<string> DispatchNames { get; } = ["postgres"];

    public override IReadOnlyList<MacroPackage> MacroPackages => _packages ??= [EmbeddedMacros.Package("dbt_postgres")];

    public override AdapterCapabilities Capabilities { get; } = new()
    {
        MaxIdentifierLength = 63,
        TransactionalDdl = true,
        FoldsToLowerCase = true,
        Merge = true,
        Renameable = [RelationType.Table, RelationType.View],
        Replaceable = [RelationType.Table, RelationType.View],
        Constraints = new Dictionary<string, string>
        {
            ["check"] = "enforced",
            ["not_null"] = "enforced",
            ["unique"] = "enforced",
            ["primary_key"] = "enforced",
            ["foreign_key"] = "enforced",
        },
    };

    public override AdapterTarget Target { get; }

    public override string? RefusalOf(string database) => string.Equals(database, Target.Database, StringComparison.OrdinalIgnoreCase)
        ? null
        : $"ERROR: Cross-db references not allowed in {Type} ({database} vs {Target.Database})";

    public override Connection Open(string name, CancellationToken cancellation)
    {
        ResiliencePipeline retries = Retries(name);
        try
        {
            return retries.Execute(token => new PostgresConnection(Connect(token), _rules), cancellation);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw _rules.Errors.CannotConnect(e, _settings.Host, _settings.Port, _settings.Database);
        }
    }

    NpgsqlConnection Connect(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        NpgsqlConnection connection = _source.CreateConnection();
        try
        {
            connection.Open();
            if (_settings.Role is { } role)
            {
                using NpgsqlCommand command = new($"set role {role}", connection);
                _ = command.ExecuteNonQuery();
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>dbt waits the square of the attempt's number in seconds.</summary>
    ResiliencePipeline Retries(string name) => _settings.Retries <= 0
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>(e => e.IsTransient).Handle<TimeoutException>(),
                MaxRetryAttempts = _settings.Retries,
                DelayGenerator = static retry => ValueTask.FromResult<TimeSpan?>(TimeSpan.FromSeconds(retry.AttemptNumber * retry.AttemptNumber)),
                OnRetry = retry =>
                {
                    Retrying?.Invoke(new RetryNotice(
                        $"the connection to {_settings.Host}:{_settings.Port}", retry.AttemptNumber + 2, _settings.Retries + 1, retry.RetryDelay, RetryNotice.ErrorOf(retry.Outcome.Exception))
                    {
                        NodeId = NodeIdOf(name),
                    });
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    public override IEnumerable<KeyValuePair<string, string>> Describe(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        QueryResult version = connection.Execute("show server_version", fetch: true, limit: null, CancellationToken.None);
        yield return KeyValuePair.Create("PostgreSQL", version.Table.Rows[0][0].ToString());
    }

    protected override void Dispose(bool disposing)
    {
        _source.Dispose();
        base.Dispose(disposing);
    }

    static IReadOnlyList<KeyValuePair<string, Value>> Visible(PostgresSettings settings) =>
    [
        new("host", settings.Host),
        new("port", settings.Port),
        new("user", settings.User),
        new("database", settings.Database),
        new("dbname", settings.Database),
        new("schema", settings.Schema),
        new("connect_timeout", settings.ConnectTimeout),
        new("role", settings.Role),
        new("search_path", settings.SearchPath),
        new("keepalives_idle", settings.KeepalivesIdle),
        new("sslmode", settings.SslMode == SslMode.Prefer ? Value.None : Word(settings.SslMode)),
        new("sslcert", settings.SslCertificate),
        new("sslkey", settings.SslKey),
        new("sslrootcert", settings.SslRootCertificate),
        new("application_name", settings.ApplicationName),
        new("autocommit", settings.Autocommit),
        new("retries", settings.Retries),
    ];

    static string Word(SslMode mode) => mode switch
    {
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => mode.ToString().ToLowerInvariant(),
    };
}
