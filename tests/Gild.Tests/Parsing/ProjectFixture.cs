using Gild.Adapters.DuckDb;
using Gild.Engine;
using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Engine.Parsing;
using Gild.Jinja;

namespace Gild.Tests.Parsing;

/// <summary>A project in a temporary folder, parsed against DuckDB; files are given as path and text.</summary>
sealed class ProjectFixture : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("gild-parse-").FullName;

    public ProjectFixture(params ReadOnlySpan<(string Path, string Text)> files)
    {
        Write("dbt_project.yml", "name: shop\nprofile: shop\nversion: '1.0'\n");
        Write("profiles.yml", "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ':memory:', schema: main}\n");
        foreach ((string path, string text) in files)
        {
            Write(path, text);
        }
    }

    public DiagnosticBag Bag { get; } = new();

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public ProjectManifest Parse() => TryParse() ?? throw new InvalidOperationException(
        string.Join('\n', Bag.All.Select(d => d.Diagnostic.Message)));

    public ProjectManifest? TryParse(LoadOptions? options = null)
    {
        JinjaEnvironment environment = TemplateEnvironment.Create();
        LoadedProject project = ProjectLoader.Load(options ?? Options, environment, Bag);
        Adapter adapter = DuckDbAdapter.Factory.Create(project.Profile!.Output, new AdapterEnvironment(_root, "shop", "dev"));
        InvocationState state = new(new InvocationOptions
        {
            Command = "parse",
            Environment = Environment.GetValueOrDefault,
            WorkingDirectory = _root,
            ProjectDirectory = _root,
        }, new Silent());
        return ManifestBuilder.Build(project, adapter, environment, state, Bag)?.Manifest;
    }

    public LoadOptions Options => new() { ProjectDirectory = _root, WorkingDirectory = _root, Environment = Environment.GetValueOrDefault };

    public string FirstError => Bag.All.First(d => d.Diagnostic.Severity == Gild.Jinja.Diagnostics.Severity.Error).Diagnostic.Message;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    void Write(string path, string text)
    {
        string full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    sealed class Silent : IReporter
    {
        public void Report(RunEvent e)
        {
        }
    }
}
