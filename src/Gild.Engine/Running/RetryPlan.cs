using System.Globalization;
using System.Text.Json;
using Gild.Engine.Context;
using Gild.Engine.Graph;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>What <c>retry</c> does: the command of the last run, with its flags and vars, on what did not succeed.</summary>
/// <param name="Options">The options of the command to run again.</param>
/// <param name="Ids">Unique ids of what failed or was skipped.</param>
/// <param name="Batches">Batches left undone, by microbatch model.</param>
public sealed record RetryPlan(
    InvocationOptions Options, IReadOnlySet<string> Ids, IReadOnlyDictionary<string, RetriedBatches> Batches)
{
    static readonly HashSet<string> Retryable = ["error", "fail", "skipped", "runtime error", "partial success"];

    /// <param name="folder">The folder of run_results.json: the state or the target folder.</param>
    public static RetryPlan Read(InvocationOptions options, string folder)
    {
        PreviousState state = PreviousState.Load(folder);
        if (state.RunResults is not { } results)
        {
            throw new GildException(
                DbtKinds.Runtime, "C0730", $"Could not find previous run in '{folder}' target directory", "run a command first, or give --state");
        }

        DictValue args = results.TryGetProperty("args", out JsonElement given) && JsonText.Read(given).As<DictValue>() is { } dict ? dict : new DictValue();
        string command = TextOf(args, "which") ?? "build";
        if (command is not ("run" or "build" or "test" or "seed" or "snapshot" or "compile" or "clone" or "run-operation" or "generate"))
        {
            throw new GildException(DbtKinds.Runtime, "C0731", $"'{command}' cannot be retried", "retry works for build, run, test, seed, snapshot, compile, clone and run-operation");
        }

        HashSet<string> ids = new(StringComparer.Ordinal);
        Dictionary<string, RetriedBatches> batches = new(StringComparer.Ordinal);
        foreach (JsonElement result in results.TryGetProperty("results", out JsonElement list) ? list.EnumerateArray() : default)
        {
            if (Retryable.Contains(PreviousState.Text(result, "status") ?? "") && PreviousState.Text(result, "unique_id") is { } id)
            {
                ids.Add(id);
                AddBatches(batches, id, result);
            }
        }

        return new RetryPlan(Again(options, args, command), ids, batches);
    }

    static void AddBatches(Dictionary<string, RetriedBatches> batches, string id, JsonElement result)
    {
        if (!result.TryGetProperty("batch_results", out JsonElement both) || both.ValueKind != JsonValueKind.Object
            || !both.TryGetProperty("failed", out JsonElement failed) || !both.TryGetProperty("successful", out JsonElement successful)
            || successful.GetArrayLength() == 0)
        {
            return;
        }

        List<BatchWindow> windows = [];
        foreach (JsonElement window in failed.EnumerateArray())
        {
            windows.Add(new BatchWindow(Moment(window[0]), Moment(window[1])));
        }

        if (windows.Count > 0)
        {
            batches[id] = new RetriedBatches(windows, [.. successful.EnumerateArray().Select(w => (w[0].GetString()!, w[1].GetString()!))]);
        }
    }

    static DateTimeOffset Moment(JsonElement text) =>
        DateTimeOffset.Parse(text.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    static string? TextOf(DictValue args, string key) => args.TryGetValue(key, out Value value) && value.TryGetText(out string text) ? text : null;

    static bool? FlagOf(DictValue args, string key) => args.TryGetValue(key, out Value value) && value.IsBool ? value.AsBool : null;

    /// <summary>The earlier options under those of this command line.</summary>
    static InvocationOptions Again(InvocationOptions options, DictValue args, string command) => options with
    {
        Command = command == "generate" ? "docs generate" : command,
        Vars = options.VarsText is null && options.Vars is null && args.TryGetValue("vars", out Value vars) ? vars.As<DictValue>() : options.Vars,
        FullRefresh = options.FullRefresh ?? FlagOf(args, "full_refresh"),
        FailFast = options.FailFast ?? FlagOf(args, "fail_fast"),
        StoreFailures = options.StoreFailures ?? FlagOf(args, "store_failures"),
        Empty = options.Empty ?? FlagOf(args, "empty"),
        Defer = options.Defer ?? FlagOf(args, "defer"),
        FavorState = options.FavorState ?? FlagOf(args, "favor_state"),
        IndirectSelection = options.IndirectSelection ?? TextOf(args, "indirect_selection"),
        Target = options.Target ?? TextOf(args, "target"),
        Profile = options.Profile ?? TextOf(args, "profile"),
        EventTimeStart = options.EventTimeStart ?? TextOf(args, "event_time_start"),
        EventTimeEnd = options.EventTimeEnd ?? TextOf(args, "event_time_end"),
        Sample = options.Sample ?? TextOf(args, "sample"),
        Macro = options.Macro ?? TextOf(args, "macro"),
        ArgsText = options.ArgsText ?? TextOf(args, "args"),
        State = options.State,
    };

    /// <summary>What of it the project still has.</summary>
    public IReadOnlySet<string> Known(ProjectManifest manifest) => Ids.Where(manifest.Nodes.ContainsKey).ToHashSet();
}
