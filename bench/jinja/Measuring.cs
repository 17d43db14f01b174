using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Fluid;

namespace Gild.JinjaBench;

static class Locations
{
    /// <summary>The corpus beside the checkout that holds <paramref name="start"/>, if there is one.</summary>
    public static string? FindCorpus(string start)
    {
        for (DirectoryInfo? at = new(start); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Gild.slnx")))
            {
                string corpus = Path.GetFullPath(Path.Combine(at.FullName, "..", "shared", "corpora", "jinja"));
                return Directory.Exists(corpus) ? corpus : null;
            }
        }

        return null;
    }
}

static class Median
{
    /// <summary>Median of one run of <paramref name="action"/> in microseconds, over at least 20 runs after a warm-up.</summary>
    public static double Of(Func<object> action, double seconds)
    {
        long warm = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(warm).TotalSeconds < Math.Max(0.3, seconds / 2))
        {
            action();
        }

        List<double> times = [];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds || times.Count < 20)
        {
            long before = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(before).TotalMicroseconds);
        }

        return Of([.. times]);
    }

    public static double Of(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}

static class PythonTimes
{
    /// <summary>What the corpus' own script measures for jinja2; empty when there is no python3 with jinja2.</summary>
    public static Dictionary<string, (double Compile, double Render)> Measure(string folder, double seconds)
    {
        Dictionary<string, (double, double)> times = [];
        ProcessStartInfo start = new("python3")
        {
            ArgumentList = { Path.Combine(folder, "bench.py"), "--check", "--seconds", seconds.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            while (process.StandardOutput.ReadLine() is { } line)
            {
                string[] cells = line.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                if (cells.Length == 6 && double.TryParse(cells[3], CultureInfo.InvariantCulture, out double compile))
                {
                    times[cells[0]] = (compile, double.Parse(cells[4], CultureInfo.InvariantCulture));
                }
            }

            process.WaitForExit();
        }
        catch (Win32Exception)
        {
            Console.WriteLine("python3 is not there: no comparison with jinja2");
        }

        return times;
    }
}

static class FluidTimes
{
    /// <summary>Fluid's two cells of the table for this template, or dashes where Liquid cannot say the same.</summary>
    public static string Measure(string name, string text, JsonElement context, string expected, double seconds)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "liquid", name + ".liquid");
        string? liquid = File.Exists(path) ? File.ReadAllText(path) : name == "4_static" ? text : null;
        if (liquid is null)
        {
            return "– | –";
        }

        FluidParser parser = new(new FluidParserOptions { AllowFunctions = true });
        IFluidTemplate template = parser.Parse(liquid);
        TemplateOptions options = new() { MaxSteps = 0 };
        Dictionary<string, object?> model = (Dictionary<string, object?>)Convert(context)!;
        if (model.TryGetValue("n", out object? n))
        {
            model["last"] = (long)n! - 1;
        }

        string Render()
        {
            TemplateContext templateContext = new(options);
            foreach ((string key, object? value) in model)
            {
                templateContext.SetValue(key, value);
            }

            return template.Render(templateContext);
        }

        if (Squeeze(Render()) != Squeeze(expected))
        {
            Console.Error.WriteLine($"{name}: Fluid writes something else");
            return "differs | differs";
        }

        return $"{Median.Of(() => parser.Parse(liquid), seconds):F1} | {Median.Of(Render, seconds):F2}";
    }

    // Liquid and Jinja2 place white space around tags differently; everything else must be equal.
    static string Squeeze(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    static object? Convert(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out long integer) ? (object)integer : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => element.EnumerateArray().Select(Convert).ToList(),
        JsonValueKind.Object => element.EnumerateObject().ToDictionary(property => property.Name, property => Convert(property.Value)),
        _ => null,
    };
}
