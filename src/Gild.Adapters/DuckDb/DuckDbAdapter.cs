using Gild.Engine.Adapters;
using Gild.Jinja.Values;

namespace Gild.Adapters.DuckDb;

/// <summary>DuckDB inside this process, with the profile keys and the behaviour of dbt-duckdb.</summary>
public sealed class DuckDbAdapter : Adapter
{
    static readonly string[] VisibleKeys =
        ["database", "schema", "path", "config_options", "extensions", "settings", "external_root", "attach", "disable_transactions"];

    readonly DuckDbSettings _settings;
    readonly Lock _gate = new();
    DuckDbDatabase? _database;
    IReadOnlyList<MacroPackage>? _packages;

    DuckDbAdapter(DuckDbSettings settings, AdapterTarget target)
    {
        _settings = settings;
        Target = target;
        Answers = new Dictionary<string, Value>
        {
            ["is_motherduck"] = false,
            ["disable_transactions"] = settings.DisableTransactions,
            ["external_root"] = settings.ExternalRoot,
            ["get_binding_char"] = "?",
            ["ducklake_databases"] = new ListValue(settings.DuckLakes.Select(name => Value.From(name))),
        };
    }

    /// <summary>For the registry of a program that speaks to DuckDB.</summary>
    public static AdapterFactory Factory { get; } = new("duckdb", Create);

    static DuckDbAdapter Create(DictValue output, AdapterEnvironment environment)
    {
        ProfileReader profile = new(output, environment);
        DuckDbSettings settings = DuckDbSettings.Read(profile);
        AdapterTarget target = new("duckdb", settings.Database, settings.Schema, settings.Threads)
        {
            Visible = [.. VisibleKeys.Select(key => KeyValuePair.Create(key, key switch
            {
                "database" => settings.Database,
                "schema" => settings.Schema,
                "path" => settings.Path,
                "external_root" => settings.ExternalRoot,
                "disable_transactions" => settings.DisableTransactions,
                _ => profile.Raw(key),
            }))],
        };
        return new DuckDbAdapter(settings, target);
    }

    public override string Type => "duckdb";

    public override string RelationClassName => "DuckDBRelation";

    public override bool RequireAlias => false;

    public override IReadOnlyDictionary<string, Value> Answers { get; }

    public override IReadOnlySet<string> MacroMethods { get; } = new HashSet<string>
    {
        "external_read_location", "external_write_options", "location_exists", "store_relation", "is_ducklake",
    };

    public override IReadOnlyList<string> DispatchNames { get; } = ["duckdb"];

    public override IReadOnlyList<MacroPackage> MacroPackages => _packages ??= [EmbeddedMacros.Package("dbt_duckdb")];

    public override AdapterCapabilities Capabilities { get; } = new()
    {
        CaseSensitiveNames = false,
        MaxIdentifierLength = int.MaxValue,
        TransactionalDdl = true,
        FoldsToLowerCase = true,
        Merge = true,
        ConcurrentBatches = true,
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

    public override ExternalSource? External(SourceTable source) => SourceLocation.Of(source);

    /// <summary>A foreign key stays within its database, and DuckDB takes no name of one there.</summary>
    public override string ForeignTable(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        List<string> parts = SplitName(name);
        return parts.Count > 2 ? string.Join('.', parts[^2..]) : name;
    }

    /// <summary>The parts of a name between the dots that are not quoted.</summary>
    static List<string> SplitName(string name)
    {
        List<string> parts = [];
        bool quoted = false;
        int start = 0;
        for (int i = 0; i < name.Length; i++)
        {
            quoted ^= name[i] == '"';
            if (name[i] == '.' && !quoted)
            {
                parts.Add(name[start..i]);
                start = i + 1;
            }
        }

        parts.Add(name[start..]);
        return parts;
    }

    public override Connection Open(string name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        DuckDbDatabase database;
        lock (_gate)
        {
            database = _database ??= DuckDbDatabase.Acquire(_settings);
        }

        return database.NewSession(_settings);
    }

    public override IEnumerable<KeyValuePair<string, string>> Describe(Connection connection)
    {
        yield return KeyValuePair.Create("DuckDB", DuckDbNative.Text(DuckDbNative.LibraryVersion()));
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _database?.Release();
            _database = null;
        }

        base.Dispose(disposing);
    }
}
