// Runs the statements of a finished build again, straight through DuckDB in one process: no templates, no graph of dbt, no artifacts.
// Usage: direct TARGET_FOLDER LOG_FILE DATABASE THREADS [PROJECT_FOLDER]
// DATABASE is a new file with the file name of the build's own. Prints the wall time and what was built.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gild.Adapters.DuckDb;
using Gild.Bench.Direct;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;

if (args.Length < 4 || !int.TryParse(args[3], NumberStyles.None, CultureInfo.InvariantCulture, out int threads))
{
    Console.Error.WriteLine("usage: direct TARGET_FOLDER LOG_FILE DATABASE THREADS [PROJECT_FOLDER]");
    return 2;
}

string projectFolder = args.Length > 4 ? args[4] : "src/dbt_gold";
List<KeyValuePair<string, List<string>>> nodes = StatementLog.Read(args[1]);
using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(args[0], "manifest.json")));
JsonElement manifestNodes = manifest.RootElement.GetProperty("nodes");

long began = Stopwatch.GetTimestamp();
DictValue profile = new();
profile["type"] = "duckdb";
profile["path"] = args[2];
profile["schema"] = "gold";
profile["threads"] = (long)threads;
DictValue settings = new();
settings["TimeZone"] = "UTC";
settings["parquet_metadata_cache"] = true;
profile["settings"] = settings;
using Adapter duckDb = DuckDbAdapter.Factory.Create(profile, new AdapterEnvironment(".", "direct", "direct"));

// Schemas and hooks first, as a build does; then the nodes, each when what it reads is done.
using (Connection first = duckDb.Open("first", CancellationToken.None))
{
    first.Execute("create schema if not exists gold; create schema if not exists gold_ref", false, null, CancellationToken.None);
    foreach ((string name, List<string> statements) in nodes)
    {
        if (name == "master" || name.StartsWith("operation.", StringComparison.Ordinal) || name.StartsWith("sql_operation.", StringComparison.Ordinal))
        {
            Run(first, name, statements);
        }
    }
}

Dictionary<string, List<string>> work = nodes
    .Where(n => manifestNodes.TryGetProperty(n.Key, out _) || n.Key.StartsWith("unit_test.", StringComparison.Ordinal))
    .ToDictionary(n => n.Key, n => n.Value, StringComparer.Ordinal);
Dictionary<string, int> waiting = new(StringComparer.Ordinal);
Dictionary<string, List<string>> children = new(StringComparer.Ordinal);
foreach (string id in work.Keys)
{
    List<string> parents = [.. ParentsOf(id).Where(work.ContainsKey)];
    waiting[id] = parents.Count;
    foreach (string parent in parents)
    {
        (children.TryGetValue(parent, out List<string>? list) ? list : children[parent] = []).Add(id);
    }
}

using BlockingCollection<string> ready = [.. nodes.Select(n => n.Key).Where(id => waiting.TryGetValue(id, out int count) && count == 0)];
int left = work.Count;
Exception? failure = null;
Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Work))];
foreach (Thread worker in workers)
{
    worker.Start();
}

foreach (Thread worker in workers)
{
    worker.Join();
}

if (failure is not null)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

using Connection last = duckDb.Open("last", CancellationToken.None);
last.Execute("checkpoint", false, null, CancellationToken.None);
double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
Value tables = last.Execute("select count(*) from duckdb_tables() where schema_name = 'gold'", true, null, CancellationToken.None).Table.Rows[0][0];
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"direct: {seconds:F2} s wall, {work.Count} nodes, {tables} tables in schema gold"));
return 0;

void Work()
{
    using Connection connection = duckDb.Open("worker", CancellationToken.None);
    try
    {
        foreach (string id in ready.GetConsumingEnumerable())
        {
            Run(connection, id, work[id]);
            lock (waiting)
            {
                foreach (string child in children.GetValueOrDefault(id, []))
                {
                    if (--waiting[child] == 0)
                    {
                        ready.Add(child);
                    }
                }

                if (--left == 0)
                {
                    ready.CompleteAdding();
                }
            }
        }
    }
    catch (Exception e) when (e is AdapterException or InvalidOperationException)
    {
        failure ??= e;
        ready.CompleteAdding();
    }
}

void Run(Connection connection, string id, List<string> statements)
{
    foreach (string sql in statements)
    {
        switch (sql)
        {
            case "BEGIN":
                connection.Begin();
                break;
            case "COMMIT":
                connection.Commit();
                break;
            case "ROLLBACK":
                connection.Rollback();
                break;
            case var load when load.StartsWith("-- load ", StringComparison.Ordinal):
                string relation = load[(load.IndexOf(" into ", StringComparison.Ordinal) + 6)..];
                string file = Path.Combine(projectFolder, manifestNodes.GetProperty(id).GetProperty("original_file_path").GetString()!);
                connection.Execute($"copy {relation} from '{file}' (header true, nullstr '')", false, null, CancellationToken.None);
                break;
            default:
                connection.Execute(sql, sql.Contains("select", StringComparison.OrdinalIgnoreCase), null, CancellationToken.None);
                break;
        }
    }

    if (connection.InTransaction)
    {
        connection.Rollback();
    }
}

IEnumerable<string> ParentsOf(string id)
{
    JsonElement owner = id.StartsWith("unit_test.", StringComparison.Ordinal)
        ? manifest.RootElement.GetProperty("unit_tests").GetProperty(id)
        : manifestNodes.GetProperty(id);
    foreach (JsonElement parent in owner.GetProperty("depends_on").TryGetProperty("nodes", out JsonElement list) ? list.EnumerateArray() : default)
    {
        string name = parent.GetString()!;
        yield return name;

        // An ephemeral parent sends nothing: what it reads counts.
        if (!work.ContainsKey(name) && manifestNodes.TryGetProperty(name, out _))
        {
            foreach (string further in ParentsOf(name))
            {
                yield return further;
            }
        }
    }
}
