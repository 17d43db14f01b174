using System.Text.RegularExpressions;
using Gild.Engine;
using Gild.Engine.Adapters;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Adapters.Redshift;

/// <summary>A dbt project in a folder of its own, run in this process on a given adapter; keeps what was sent and said.</summary>
sealed partial class RedshiftProject : IDisposable, IReporter
{
    readonly string _folder = Directory.CreateTempSubdirectory("gild-redshift-").FullName;
    readonly List<string> _sent = [];
    readonly List<string> _said = [];

    public RedshiftProject(params ReadOnlySpan<(string Path, string Text)> files)
    {
        Write("dbt_project.yml", "name: shop\nprofile: shop\nversion: '1.0'\nquery-comment: null\n");
        Write("profiles.yml", "shop:\n  target: dev\n  outputs:\n    dev: {type: redshift, host: h, user: u, password: p, dbname: d, schema: s}\n");
        foreach ((string path, string text) in files)
        {
            Write(path, text);
        }
    }

    public void Write(string path, string text)
    {
        string file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(_folder, path));

    /// <summary>Everything that was reported and every file that was written, for what must not be in there.</summary>
    public string Everything => string.Join(
        '\n', [.. _sent, .. _said, .. Directory.GetFiles(Path.Combine(_folder, "target"), "*", SearchOption.AllDirectories).Select(File.ReadAllText)]);

    public IReadOnlyList<string> Said => _said;

    /// <summary>The statements that change something, one a line, blanks collapsed; questions to the catalog are left out.</summary>
    public string Changes => string.Join('\n', _sent
        .Select(s => TemporaryName().Replace(Blanks().Replace(s, " ").Trim().Replace("( ", "(", StringComparison.Ordinal).Replace(" )", ")", StringComparison.Ordinal), "__dbt_tmpN"))
        .Where(s => !s.StartsWith("select", StringComparison.OrdinalIgnoreCase) && !s.StartsWith("show", StringComparison.OrdinalIgnoreCase)));

    /// <summary>All statements as they were sent.</summary>
    public IReadOnlyList<string> Sent => _sent;

    /// <summary>Runs a command that must end with the exit code.</summary>
    public void Run(int exitCode, Func<Adapter> adapter, string command, Func<InvocationOptions, InvocationOptions>? with = null)
    {
        _sent.Clear();
        _said.Clear();
        InvocationOptions options = new()
        {
            Command = command,
            Environment = _ => null,
            WorkingDirectory = _folder,
            ProjectDirectory = _folder,
            ProfilesDirectory = _folder,
            Threads = 1,
        };
        AdapterRegistry registry = new(new AdapterFactory("redshift", (_, _) => adapter()));
        int ended = Invocation.Run(with is null ? options : with(options), registry, this, TestContext.Current.CancellationToken);
        Assert.True(ended == exitCode, $"expected exit code {exitCode}, got {ended}:\n{string.Join('\n', _said)}\n{string.Join("\n----\n", _sent)}");
    }

    void IReporter.Report(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case StatementSent statement:
                _sent.Add(statement.Sql);
                break;
            case ErrorReported error:
                _said.Add(DiagnosticText.Full(error.Diagnostic));
                break;
            case NodeFinished finished:
                _said.Add($"{finished.Node.Name} {finished.Status.Word()} {finished.Message} {(finished.Diagnostic is { } d ? DiagnosticText.Full(d) : "")}");
                break;
            case LogLine line:
                _said.Add(line.Text);
                break;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"__dbt_tmp\d+")]
    private static partial Regex TemporaryName();
}

/// <summary>An adapter with everything of Redshift's but the wire: it notes statements and answers them, with nothing where there is no answer.</summary>
sealed class RecordingAdapter(Adapter real, Func<string, ResultTable?> answer) : Adapter
{
    /// <summary>Answers from a list: the first whose words stand in the statement.</summary>
    public RecordingAdapter(Adapter real, IReadOnlyList<(string Words, ResultTable Rows)> answers)
        : this(real, sql => answers.FirstOrDefault(a => sql.Contains(a.Words, StringComparison.Ordinal)).Rows)
    {
    }

    public override string Type => real.Type;

    public override IReadOnlyList<string> DispatchNames => real.DispatchNames;

    public override IReadOnlyList<MacroPackage> MacroPackages => real.MacroPackages;

    public override AdapterCapabilities Capabilities => real.Capabilities;

    public override AdapterTarget Target => real.Target;

    public override IReadOnlyList<string> IncrementalStrategies => real.IncrementalStrategies;

    public override IReadOnlyDictionary<string, Value> Answers => real.Answers;

    public override bool RequireAlias => real.RequireAlias;

    public override string? RefusalOf(string database) => real.RefusalOf(database);

    public override string ConvertType(ResultColumnKind kind) => real.ConvertType(kind);

    public override string ConvertType(ResultTable table, int column) => real.ConvertType(table, column);

    public override string StringType(int size) => real.StringType(size);

    public override string TranslateType(string name) => real.TranslateType(name);

    public override Connection Open(string name, CancellationToken cancellation) => new Recorder(answer);

    protected override void Dispose(bool disposing)
    {
        real.Dispose();
        base.Dispose(disposing);
    }

    sealed class Recorder(Func<string, ResultTable?> answer) : Connection
    {
        public override QueryResult Execute(string sql, bool fetch, int? limit, CancellationToken cancellation) => new(
            new AdapterResponse("SUCCESS", null, -1),
            answer(sql) ?? ResultTable.Empty);

        public override void Begin() => InTransaction = true;

        public override void Commit() => InTransaction = false;

        public override void Rollback() => InTransaction = false;

        public override void LoadRows(Relation table, IReadOnlyList<Column> columns, IReadOnlyList<Value[]> rows, CancellationToken cancellation)
        {
        }

        public override void Cancel()
        {
        }
    }
}
