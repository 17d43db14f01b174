using System.Diagnostics;
using System.Text.Json;
using Gild.Adapters.Redshift;
using Gild.Engine;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Gild.Tests.Adapters.Redshift;
using Xunit;

namespace Gild.Tests.Gold;

/// <summary>
/// The Gold project compiled for Redshift, once for a first run and once for an incremental one, and checked by the rules of
/// <c>tests/redshift-sql</c>: a parser with Redshift's dialect, and a named rule for each trap.
/// </summary>
public sealed class RedshiftSqlTests : IDisposable
{
    static readonly string s_checker = Repository.PathOf("tests", "redshift-sql");

    readonly string _folder = Directory.CreateTempSubdirectory("gold-redshift-sql-").FullName;

    public RedshiftSqlTests()
    {
        if (!File.Exists(Path.Combine(s_checker, "node_modules", "@polyglot-sql", "sdk", "package.json")))
        {
            (int code, string output) = Execute("npm", "ci", "--no-fund", "--no-audit");
            Assert.True(code == 0, output);
        }
    }

    [Fact]
    public void Each_rule_refuses_its_failing_examples_and_no_other()
    {
        (int code, string output) = Execute("node", "--test", "rules.test.mjs");
        Assert.True(code == 0, output);
    }

    [Theory]
    [InlineData("first run")]
    [InlineData("incremental run")]
    public void The_SQL_of_every_node_holds_none_of_the_traps(string kind)
    {
        Compile(isIncremental: kind == "incremental run");
        string report = Path.Combine(_folder, "report.json");
        (int code, string output) = Execute("node", "check.mjs", _folder, "--json", report);
        Assert.True(code == 0, output);
        TestContext.Current.TestOutputHelper?.WriteLine(output);

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report));
        // 29 models, 6 unit tests aside, and the data tests.
        Assert.InRange(json.RootElement.GetProperty("nodes").GetInt32(), 29 + 900, 2000);
        string bridge = File.ReadAllText(Directory.GetFiles(_folder, "bridge_job_benefits.sql", SearchOption.AllDirectories)[0]);
        Assert.Contains("t.ext_benefits_mentioned as x", bridge, StringComparison.Ordinal);
        Assert.Equal(kind == "incremental run", bridge.Contains("as stored on", StringComparison.Ordinal));
    }

    [Fact]
    public void No_target_reads_personal_data()
    {
        Compile(isIncremental: false);
        string[] files = Directory.GetFiles(Path.Combine(_folder, "compiled"), "*.sql", SearchOption.AllDirectories);
        Assert.DoesNotContain(files, f => PersonalData.IsNamedIn(File.ReadAllText(f)));
    }

    void Compile(bool isIncremental)
    {
        string models = Repository.PathOf("src", "dbt_gold", "models");
        string[] tables = [.. new[] { "facts", "bridges" }.SelectMany(f => Directory.GetFiles(Path.Combine(models, f), "*.sql")).Select(f => Path.GetFileNameWithoutExtension(f)!)];
        // The answer to the question which relations are there.
        ResultTable existing = new(
            [.. "database name schema type".Split(' ').Select(c => new ResultColumn(c, ResultColumnKind.Text, "STRING"))],
            [.. tables.Select(t => (Value[])["analytics", t, "gold", "table"])]);
        InvocationOptions options = new()
        {
            Command = "compile",
            Environment = name => name == "REDSHIFT_HOST" ? "gold.1.us-east-1.redshift-serverless.amazonaws.com" : null,
            WorkingDirectory = Repository.PathOf(),
            ProjectDirectory = GoldProject.Folder,
            ProfilesDirectory = GoldProject.Folder,
            Target = "prod",
            TargetPath = _folder,
            Threads = 2,
        };
        AdapterRegistry registry = new(new AdapterFactory("redshift", (output, environment) => new RecordingAdapter(
            RedshiftAdapter.Factory.Create(output, environment), isIncremental ? [("definition ilike '%create materialized view%'", existing)] : [])));
        ErrorList errors = new();
        int code = Invocation.Run(options, registry, errors, TestContext.Current.CancellationToken);
        Assert.True(code == 0, string.Join('\n', errors.Messages));
    }

    static (int Code, string Output) Execute(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = s_checker, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    sealed class ErrorList : IReporter
    {
        public List<string> Messages { get; } = [];

        public void Report(RunEvent runEvent)
        {
            if (runEvent is ErrorReported error)
            {
                Messages.Add(error.Diagnostic.Message);
            }
            else if (runEvent is NodeFinished { Diagnostic: { } failure })
            {
                Messages.Add(failure.Message);
            }
        }
    }
}

/// <summary>Columns of Silver about persons, which no statement of Gold may name.</summary>
static class PersonalData
{
    internal static bool IsNamedIn(string sql) =>
        sql.Contains("job_poster_", StringComparison.OrdinalIgnoreCase) || sql.Contains("employees_json", StringComparison.OrdinalIgnoreCase);
}
