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
/// <param name="StartedAt">When the last run began: microbatch models that have no batch yet end there, as they would have.</param>
public sealed record RetryPlan(
    InvocationOptions Options, IReadOnlySet<string> Ids, IReadOnlyDictionary<string, RetriedBatches> Batches, DateTimeOffset? StartedAt)
{
    static readonly HashSet<string> Retryable = ["error", "fail", "skipped", "runtime error", "partial success"];

    /// <param name="options">Those of this command line.</param>
    /// <param name="folder">The folder of run_results.json: the state or the target folder.</param>
    /// <param name="shownAs">The folder as it was given.</param>
    /// <exception cref="GildException">Runtime Error: there are no results, or of a command that cannot be retried.</exception>
    public static RetryPlan Read(InvocationOptions options, string folder, string shownAs)
    {
        PreviousState state = PreviousState.Load(folder);
        if (state.RunResults is not { } results)
        {
            throw new GildException(
                DbtKinds.Runtime, "C0730", $"Could not find previous run in '{shownAs}' target directory ({folder})", "run a command first, or give --state");
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
            string status = PreviousState.Text(result, "status") ?? "";
            if ((Retryable.Contains(status) || (options.WarnError == true && status == "warn"))
                && PreviousState.Text(result, "unique_id") is { } id && (command == "run-operation" || !id.StartsWith("operation.", StringComparison.Ordinal)))
            {
                ids.Add(id);
                AddBatches(batches, id, result);
            }
        }

        return new RetryPlan(Again(options, args, command), ids, batches, StartOf(results));
    }

    static DateTimeOffset? StartOf(JsonElement results)
    {
        JsonElement metadata = StateComparison.Part(results, "metadata");
        string? text = PreviousState.Text(metadata, "invocation_started_at") ?? PreviousState.Text(metadata, "generated_at");
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset moment)
            ? moment
            : null;
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

    static int? NumberOf(DictValue args, string key) => args.TryGetValue(key, out Value value) && value.IsInt64 ? (int)value.AsInt64 : null;

    static IReadOnlyList<string> WordsOf(DictValue args, string key) => args.TryGetValue(key, out Value value) && value.As<ListValue>() is { } list
        ? [.. list.Elements.Select(v => v.ToString())]
        : [];

    /// <summary>
    /// The options of the last run. Of this command line count its folders, vars, threads, target and what it says of warnings;
    /// where its <c>--state</c> names the results to take up, deferral still goes to the state of that run.
    /// </summary>
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
        Select = WordsOf(args, "select"),
        Exclude = WordsOf(args, "exclude"),
        Threads = options.Threads ?? NumberOf(args, "threads"),
        WarnErrorOptions = options.WarnErrorOptions
            ?? (args.TryGetValue("warn_error_options", out Value warnings) && warnings.As<DictValue>() is { } chosen ? JsonText.Write(chosen, false) : null),
        Output = options.Output ?? TextOf(args, "output"),
        Target = options.Target ?? TextOf(args, "target"),
        Profile = options.Profile ?? TextOf(args, "profile"),
        EventTimeStart = options.EventTimeStart ?? TextOf(args, "event_time_start"),
        EventTimeEnd = options.EventTimeEnd ?? TextOf(args, "event_time_end"),
        Sample = options.Sample ?? TextOf(args, "sample"),
        Macro = options.Macro ?? TextOf(args, "macro"),
        ArgsText = options.ArgsText ?? TextOf(args, "args") ?? (args.TryGetValue("args", out Value ofMacro) && ofMacro.As<DictValue>() is { } named ? JsonText.Write(named, false) : null),
        State = TextOf(args, "state"),
    };

    /// <summary>What of it the project still has.</summary>
    /// <exception cref="GildException">Runtime Error: a model to run again is gone.</exception>
    public IReadOnlySet<string> Known(ProjectManifest manifest) => Ids.FirstOrDefault(id => IsGone(id, manifest)) is { } gone
        ? throw new GildException(
            DbtKinds.Runtime, "C0747", $"Couldn't find {gone.Split('.')[0]} '{gone}', which the last run is to be retried with",
            "bring it back, or start a new run: its results then replace those of the last one")
        : Ids.Where(manifest.Nodes.ContainsKey).ToHashSet();

    static bool IsGone(string id, ProjectManifest manifest) =>
        id.Split('.')[0] is "model" or "seed" or "snapshot" && !manifest.Nodes.ContainsKey(id) && !manifest.Disabled.ContainsKey(id);
}
