using System.Text.Json;
using System.Text.RegularExpressions;
using Gild.Adapters.Redshift;
using Gild.Engine;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Gild.Tests.Adapters.Redshift;
using Xunit;

namespace Gild.Tests.Gold;

/// <summary>
/// The Gold project run against a Redshift that is not there: questions to its catalog are answered from the project's own manifest, and
/// everything that is sent is kept.
/// </summary>
sealed partial class PretendRedshift(string target) : IReporter
{
    readonly Dictionary<string, List<(string Name, string Type)>> _columns = new(StringComparer.Ordinal);
    readonly List<(string Name, string Schema)> _built = [];

    /// <summary>Statements by the node or hook that sent them.</summary>
    internal List<(string Sender, string Sql)> Sent { get; } = [];

    /// <summary>Errors, in full.</summary>
    internal List<string> Errors { get; } = [];

    /// <summary>Whether the tables of the project are there already.</summary>
    internal bool IsBuilt { get; init; }

    /// <summary>Whether the external tables give rows.</summary>
    internal bool HasSilverRows { get; init; } = true;

    /// <summary>Partitions that Glue knows of each external table.</summary>
    internal int Partitions { get; init; }

    /// <summary>Runs a command; the manifest in the target folder, of an earlier compile, tells what the warehouse holds.</summary>
    internal int Run(string command, Func<InvocationOptions, InvocationOptions>? with = null)
    {
        ReadManifest();
        InvocationOptions options = new()
        {
            Command = command,
            Environment = name => name == "REDSHIFT_HOST" ? "gold.1.us-east-1.redshift-serverless.amazonaws.com" : null,
            WorkingDirectory = Repository.PathOf(),
            ProjectDirectory = GoldProject.Folder,
            ProfilesDirectory = GoldProject.Folder,
            Target = "prod",
            TargetPath = target,
            Threads = 2,
        };
        AdapterRegistry registry = new(new AdapterFactory("redshift", (output, environment) => new RecordingAdapter(
            RedshiftAdapter.Factory.Create(output, environment), Answer)));
        return Invocation.Run(with is null ? options : with(options), registry, this, TestContext.Current.CancellationToken);
    }

    void ReadManifest()
    {
        string file = Path.Combine(target, "manifest.json");
        if (!File.Exists(file))
        {
            return;
        }

        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (JsonElement node in manifest.RootElement.GetProperty("nodes").EnumerateObject().Select(n => n.Value))
        {
            string kind = node.GetProperty("resource_type").GetString()!;
            if (kind is not ("model" or "seed") || node.GetProperty("config").GetProperty("materialized").GetString() == "ephemeral")
            {
                continue;
            }

            string name = node.GetProperty("name").GetString()!;
            _built.Add((name, node.GetProperty("schema").GetString()!));
            _columns[name] = [.. node.GetProperty("columns").EnumerateObject().Select(c => (c.Name, c.Value.GetProperty("data_type").GetString() ?? "integer"))];
        }
    }

    ResultTable? Answer(string sql)
    {
        if (sql.Contains("definition ilike '%create materialized view%'", StringComparison.Ordinal))
        {
            return Table("database name schema type", IsBuilt ? [.. _built.Select(t => (Value[])["analytics", t.Name, t.Schema, "table"])] : []);
        }

        if (sql.Contains("from information_schema.\"columns\"", StringComparison.Ordinal))
        {
            return Table("column_name data_type character_maximum_length numeric_precision numeric_scale", [.. ColumnsOf(sql).Select(c => CatalogRow(c.Name, c.Type))]);
        }

        if (sql.Contains("svv_external_columns", StringComparison.Ordinal))
        {
            return Table("column_name column_type", [.. SilverColumns.GetValueOrDefault(TableName().Match(sql).Groups[1].Value, []).Select(c => (Value[])[c.Name, c.Type])]);
        }

        if (sql.Contains("svv_external_partitions", StringComparison.Ordinal))
        {
            return Table("partitions", [(long)Partitions]);
        }

        if (sql.Contains("select 1 as found", StringComparison.Ordinal))
        {
            return HasSilverRows ? Table("found", [1L]) : null;
        }

        // A contract compares the columns of the query with the declared ones.
        return sql.Contains("__dbt_sbq", StringComparison.Ordinal) || NodeOf().Match(sql) is { Success: true } && NullCasts().IsMatch(sql)
            ? new ResultTable([.. _columns.GetValueOrDefault(NodeOf().Match(sql).Groups[1].Value, []).Select(c => new ResultColumn(c.Name, ResultColumnKind.Text, "STRING"))], [])
            : null;
    }

    /// <summary>Columns of the external tables: those of the Silver contract, as Glue names their types.</summary>
    internal required Dictionary<string, List<(string Name, string Type)>> SilverColumns { get; init; }

    List<(string Name, string Type)> ColumnsOf(string sql) =>
        _columns.GetValueOrDefault(TemporarySuffix().Replace(TableName().Match(sql).Groups[1].Value, ""), []);

    static Value[] CatalogRow(string name, string type)
    {
        Match sized = Sized().Match(type);
        return sized.Groups[1].Value switch
        {
            "varchar" => [name, "character varying", int.Parse(sized.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture), Value.None, Value.None],
            "decimal" => [name, "numeric", Value.None, int.Parse(sized.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture),
                int.Parse(sized.Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture)],
            _ => [name, type, Value.None, Value.None, Value.None],
        };
    }

    static ResultTable Table(string columns, params Value[][] rows) =>
        new([.. columns.Split(' ').Select(c => new ResultColumn(c, ResultColumnKind.Text, "STRING"))], rows);

    void IReporter.Report(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case StatementSent { Sql: not ("BEGIN" or "COMMIT" or "ROLLBACK") } statement:
                Sent.Add((statement.ConnectionName, statement.Sql));
                break;
            case ErrorReported error:
                Errors.Add(error.Diagnostic.Message);
                break;
            case NodeFinished { Diagnostic: { } failure } finished:
                Errors.Add($"{finished.Node.Name}: {failure.Message}");
                break;
        }
    }

    [GeneratedRegex("table_name = '([^']+)'")]
    private static partial Regex TableName();

    [GeneratedRegex(@"__dbt_(tmp|backup)\d*$")]
    private static partial Regex TemporarySuffix();

    [GeneratedRegex("\"node_id\": \"(?:model|seed)\\.gold_layer\\.(\\w+)\"")]
    private static partial Regex NodeOf();

    [GeneratedRegex(@"^\s*(/\*.*?\*/)?\s*select\s+cast\(null as", RegexOptions.Singleline)]
    private static partial Regex NullCasts();

    [GeneratedRegex(@"^(varchar|decimal)\((\d+)(?:,\s*(\d+))?\)$")]
    private static partial Regex Sized();
}
