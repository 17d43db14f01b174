// Compiles and renders mutated templates and demands of each: a result or a JinjaException, within a second and within
// a limit of memory. Cases are numbered; number and seed give the same case again.
//   dotnet run -c Release --project tests/fuzz/jinja -- --count 10000000 --seed 1 [--threads 2] [--only 12345]
using System.Diagnostics;
using System.Globalization;
using Gild.JinjaFuzz;

long count = Number("--count", 100_000);
int seed = (int)Number("--seed", 1);
int threads = (int)Number("--threads", Environment.ProcessorCount);
long only = Number("--only", -1);
string[] seeds = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "seeds"), "*.jinja")
    .Order(StringComparer.Ordinal)
    .Select(File.ReadAllText)];
Mutator mutator = new(seeds, seed);
if (only >= 0)
{
    string template = mutator.Create(only);
    Console.WriteLine(template);
    Console.WriteLine("---");
    Console.WriteLine(new CaseProbe().Run(template, only));
    return 0;
}

Tally total = new();
long next = 0;
Stopwatch watch = Stopwatch.StartNew();
Worker[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Worker(mutator, () => Interlocked.Increment(ref next) - 1, count))];
foreach (Worker worker in workers)
{
    worker.Start();
}

long reported = 0;
while (!Array.TrueForAll(workers, worker => worker.IsDone))
{
    Thread.Sleep(200);
    foreach (Worker worker in workers)
    {
        if (worker.IsStuck(out long number))
        {
            Console.WriteLine($"HANG case {number} (seed {seed}) runs for more than {Worker.HangSeconds} s");
            return 1;
        }
    }

    if (Interlocked.Read(ref next) - reported >= 1_000_000)
    {
        reported = Interlocked.Read(ref next);
        Console.WriteLine($"{reported} cases, {watch.Elapsed.TotalSeconds:F0} s, {Environment.WorkingSet / (1 << 20)} MB");
    }
}

foreach (Worker worker in workers)
{
    total.Add(worker.Tally);
}

Console.WriteLine(
    $"{count} cases, seed {seed}, {seeds.Length} seed templates, {watch.Elapsed.TotalSeconds:F0} s: {total.Rendered} rendered, "
    + $"{total.Failed} failed with an error of the template, {total.Broken.Count} broken; slowest {total.SlowestMilliseconds:F0} ms "
    + $"(case {total.SlowestCase}), most memory in one case {total.MostAllocated / (1 << 20)} MB (case {total.MostAllocatedCase}), "
    + $"peak working set {Process.GetCurrentProcess().PeakWorkingSet64 / (1 << 20)} MB");
Console.WriteLine("errors by kind: " + string.Join(", ", total.Kinds.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}")));
foreach (string broken in total.Broken.Take(20))
{
    Console.WriteLine(broken);
}

return total.Broken.Count == 0 ? 0 : 1;

long Number(string name, long otherwise)
{
    int index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length ? long.Parse(args[index + 1], CultureInfo.InvariantCulture) : otherwise;
}
