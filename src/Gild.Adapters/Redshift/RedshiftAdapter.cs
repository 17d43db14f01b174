using System.Globalization;
using System.Text;
using Gild.Adapters.Aws;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Npgsql;

namespace Gild.Adapters.Redshift;

/// <summary>Amazon Redshift, Serverless and provisioned, with the profile keys and the behaviour of dbt-redshift.</summary>
public sealed class RedshiftAdapter : Adapter
{
    /// <summary>A text column of a seed without any value.</summary>
    const int EmptyTextLength = 64;
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    readonly RedshiftSettings _settings;
    readonly RedshiftSignIn _signIn;
    readonly RedshiftSessions _sessions;
    readonly TimeSpan _pause;
    IReadOnlyList<MacroPackage>? _packages;

    // Statements are split here, so Npgsql sends them as they are.
    static RedshiftAdapter() => AppContext.SetSwitch("Npgsql.EnableSqlRewriting", false);

    internal RedshiftAdapter(
        RedshiftSettings settings, Func<CancellationToken, DatabaseSignIn>? signIn = null, Func<AwsRequests>? requests = null, TimeSpan? pause = null)
    {
        _settings = settings;
        _pause = pause ?? s_pause;
        _signIn = new RedshiftSignIn(settings, signIn, requests);
        _sessions = new RedshiftSessions(settings, _signIn, _pause);
        Target = new AdapterTarget("redshift", settings.Database, settings.Schema, settings.Threads) { Visible = Visible(settings) };
        Capabilities = CapabilitiesFor(settings);
        Answers = new Dictionary<string, Value>
        {
            ["use_show_apis"] = settings.DataSharing,
            ["drop_without_cascade"] = settings.DropWithoutCascade,
        };
    }

    /// <summary>For the registry of a program that speaks to Redshift.</summary>
    public static AdapterFactory Factory { get; } = FactoryWith(null);

    /// <summary>As <see cref="Factory"/>, for a program that keeps the password of method <c>database</c> outside of the profile.</summary>
    /// <param name="signIn">Gives user and password for each new session; null when the profile has them.</param>
    public static AdapterFactory FactoryWith(Func<CancellationToken, DatabaseSignIn>? signIn) => new(
        "redshift",
        (output, environment) => new RedshiftAdapter(RedshiftSettings.Read(new ProfileReader(output, environment), signIn is not null), signIn));

    public override string Type => "redshift";

    public override IReadOnlyList<string> DispatchNames { get; } = ["redshift", "postgres"];

    public override IReadOnlyList<MacroPackage> MacroPackages => _packages ??= [EmbeddedMacros.Package("dbt_redshift"), EmbeddedMacros.Package("dbt_postgres")];

    public override AdapterCapabilities Capabilities { get; }

    public override IReadOnlyDictionary<string, Value> Answers { get; }

    public override AdapterTarget Target { get; }

    public override bool RequireAlias => false;

    static AdapterCapabilities CapabilitiesFor(RedshiftSettings settings) => new()
    {
        MaxIdentifierLength = 127,
        TransactionalDdl = true,
        FoldsToLowerCase = true,
        Merge = true,
        TableLastModified = true,
        DropsInOwnTransaction = true,
        ConcurrentDrops = settings.AllowConcurrentDrops,
        NodeSettings = ["query_group"],
        Renameable = [RelationType.Table, RelationType.View],
        Replaceable = [RelationType.View],
        Constraints = new Dictionary<string, string>
        {
            ["check"] = "not_supported",
            ["not_null"] = "enforced",
            ["unique"] = "not_enforced",
            ["primary_key"] = "not_enforced",
            ["foreign_key"] = "not_enforced",
        },
    };

    public override string? RefusalOf(string database) =>
        string.Equals(database, Target.Database, StringComparison.OrdinalIgnoreCase) || _settings.Ra3Node || _settings.DataSharing
            ? null
            : $"Cross-db references allowed only in RA3.* node or with datasharing enabled. ({database} vs {Target.Database})";

    public override string ConvertType(ResultColumnKind kind) => kind switch
    {
        ResultColumnKind.Time => "varchar(24)",
        ResultColumnKind.Text => $"varchar({EmptyTextLength})",
        _ => base.ConvertType(kind),
    };

    /// <summary>A text's type is as long as its longest value, in bytes.</summary>
    public override string ConvertType(ResultTable table, int column)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Columns[column].Kind != ResultColumnKind.Text)
        {
            return ConvertType(table.Columns[column].Kind);
        }

        int longest = table.Rows.Where(r => !r[column].IsNone).Select(r => Encoding.UTF8.GetByteCount(r[column].ToString())).DefaultIfEmpty(EmptyTextLength).Max();
        return string.Create(CultureInfo.InvariantCulture, $"varchar({Math.Max(longest, 1)})");
    }

    public override string TranslateType(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.ToUpperInvariant() switch
        {
            "STRING" => "TEXT",
            "TIMESTAMP" => "TIMESTAMP",
            "FLOAT" => "FLOAT",
            "INTEGER" => "INT",
            "BOOLEAN" => "BOOLEAN",
            _ => name,
        };
    }

    public override Connection Open(string name, CancellationToken cancellation) =>
        new RedshiftConnection(_sessions, _settings, _pause, notice => Retrying?.Invoke(notice), NodeIdOf(name), cancellation);

    public override IEnumerable<KeyValuePair<string, string>> Describe(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        QueryResult row = connection.Execute("select version(), current_user", fetch: true, limit: null, CancellationToken.None);
        yield return KeyValuePair.Create("Redshift", row.Table.Rows[0][0].ToString());
        yield return KeyValuePair.Create("signed in as", row.Table.Rows[0][1].ToString());
    }

    protected override void Dispose(bool disposing)
    {
        _signIn.Dispose();
        base.Dispose(disposing);
    }

    static IReadOnlyList<KeyValuePair<string, Value>> Visible(RedshiftSettings settings) =>
    [
        new("host", settings.Host),
        new("user", settings.User),
        new("port", settings.Port),
        new("database", settings.Database),
        new("dbname", settings.Database),
        new("method", settings.Method switch { RedshiftMethod.Iam => "iam", RedshiftMethod.IamRole => "iam_role", _ => "database" }),
        new("cluster_id", settings.ClusterId),
        new("iam_profile", settings.IamProfile),
        new("schema", settings.Schema),
        new("sslmode", settings.SslMode switch { SslMode.Disable => "disable", SslMode.VerifyFull => "verify-full", _ => "verify-ca" }),
        new("region", settings.Region),
        new("autocreate", settings.AutoCreate),
        new("db_groups", new ListValue(settings.DbGroups.Select(g => Value.From(g)))),
        new("ra3_node", settings.Ra3Node),
        new("datasharing", settings.DataSharing),
        new("connect_timeout", settings.ConnectTimeout),
        new("query_timeout", settings.QueryTimeout),
        new("role", settings.Role),
        new("retries", settings.Retries),
        new("retry_all", settings.RetryAll),
        new("autocommit", settings.Autocommit),
        new("access_key_id", settings.AccessKeyId),
        new("is_serverless", settings.IsServerless),
        new("serverless_work_group", settings.WorkGroup),
        new("serverless_acct_id", settings.AccountId),
        new("query_group", settings.QueryGroup),
        new("search_path", settings.SearchPath),
        new("drop_without_cascade", settings.DropWithoutCascade),
        new("allow_concurrent_drops", settings.AllowConcurrentDrops),
    ];
}
