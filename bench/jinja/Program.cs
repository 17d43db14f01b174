// Compiles and renders the templates of the speed corpus and prints medians, beside real jinja2 (the corpus' bench.py, when
// python3 has jinja2) and beside Fluid (equivalent Liquid templates in liquid/, where Liquid can say the same):
//   dotnet run -c Release --project bench/jinja [--seconds 1] [--corpus ../shared/corpora/jinja]
// Every output is compared with the recorded one before anything is measured.
using System.Globalization;
using System.Text.Json;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;
using Gild.JinjaBench;
using Gild.JinjaCases;

double seconds = double.Parse(Option("--seconds") ?? "1", CultureInfo.InvariantCulture);
string? corpus = Option("--corpus") ?? Locations.FindCorpus(AppContext.BaseDirectory);
if (corpus is null || !Directory.Exists(Path.Combine(corpus, "bench")))
{
    Console.Error.WriteLine("The speed corpus was not found; name it with --corpus PATH (the folder that holds bench/).");
    return 2;
}

string folder = Path.Combine(corpus, "bench");
Dictionary<string, (double Compile, double Render)> python = Option("--no-python") is null ? PythonTimes.Measure(folder, seconds) : [];
JinjaEnvironment environment = new();
List<(double Compile, double Render)> ratios = [];
Console.WriteLine("| template | compile µs | render µs | jinja2 compile µs | jinja2 render µs | compile ratio | render ratio | Fluid compile µs | Fluid render µs |");
Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
foreach (string path in Directory.GetFiles(folder, "*.jinja").Order(StringComparer.Ordinal))
{
    string name = Path.GetFileNameWithoutExtension(path);
    string text = File.ReadAllText(path);
    using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(path, ".json")));
    string expected = File.ReadAllText(Path.ChangeExtension(path, ".expected"));
    Dictionary<string, Value> values = json.RootElement.EnumerateObject()
        .ToDictionary(property => property.Name, property => CaseRunner.ValueOf(property.Value), StringComparer.Ordinal);
    DictionaryGlobals globals = new(values);
    Template template = environment.Compile(new SourceText(name, text));
    if (template.Render(globals) != expected)
    {
        Console.Error.WriteLine($"{name}: the output differs from the recorded one");
        return 1;
    }

    using RenderContext context = new(environment);
    double compile = Median.Of(() => environment.Compile(new SourceText(name, text)), seconds);
    double render = Median.Of(() => template.Render(context, globals), seconds);
    string fluid = FluidTimes.Measure(name, text, json.RootElement, expected, seconds);
    if (python.TryGetValue(name, out (double Compile, double Render) other))
    {
        ratios.Add((other.Compile / compile, other.Render / render));
        Console.WriteLine(
            $"| {name} | {compile:F1} | {render:F2} | {other.Compile:F0} | {other.Render:F1} | {other.Compile / compile:F0}x | {other.Render / render:F1}x | {fluid} |");
    }
    else
    {
        Console.WriteLine($"| {name} | {compile:F1} | {render:F2} | – | – | – | – | {fluid} |");
    }
}

if (ratios.Count > 0)
{
    Console.WriteLine(
        $"jinja2 / Gild, median of {ratios.Count}: compile {Median.Of([.. ratios.Select(r => r.Compile)]):F0}x, "
        + $"render {Median.Of([.. ratios.Select(r => r.Render)]):F1}x; least: compile {ratios.Min(r => r.Compile):F1}x, "
        + $"render {ratios.Min(r => r.Render):F1}x");
}

return 0;

string? Option(string name)
{
    int index = Array.IndexOf(args, name);
    return index < 0 ? null : index + 1 < args.Length ? args[index + 1] : "";
}
