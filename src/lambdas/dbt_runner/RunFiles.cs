using System.Text;
using System.Text.Json;

namespace DbtRunner;

/// <summary>A run as the store knows it.</summary>
/// <param name="Id">Names it over all its invocations.</param>
/// <param name="Event">The event that began it, without <c>resume</c>.</param>
/// <param name="Project">The version of the project that worked on it last.</param>
/// <param name="Started">When it began.</param>
/// <param name="Invocations">Invocations so far, this one included.</param>
sealed record RunRecord(string Id, string Event, string Project, DateTimeOffset Started, int Invocations);

/// <summary>
/// The files of runs in the store: <c>open.json</c> is the run that is not done, <c>RUN/run.json</c> each run, <c>RUN/answer.json</c> its last
/// answer once it is done, <c>durations.json</c> how long nodes took, <c>last/</c> the artifacts of the last run that was done.
/// </summary>
sealed class RunFiles(RunStore store)
{
    const string OpenKey = "open.json";
    const string DurationsKey = "durations.json";

    /// <summary>How long an unfinished run may have lain still and yet be gone on with by an event without its token.</summary>
    static readonly TimeSpan s_takenUpWithin = TimeSpan.FromHours(1);

    public RunStore Store => store;

    /// <summary>The unfinished run of the same event by the same version of the project, when it was at work lately; else null.</summary>
    public RunRecord? Unfinished(string theEvent, string project, DateTimeOffset now)
    {
        if (store.Get(OpenKey) is not { } stored || JsonText.ReadObject(stored.Content) is not { } open
            || open.Text("run") is not { } id || !RunId.IsValid(id)
            || open.Moment("updated") is not { } updated || now - updated > s_takenUpWithin)
        {
            return null;
        }

        return Find(id) is { } run && run.Event == theEvent && run.Project == project ? run : null;
    }

    /// <summary>A run by its id, or null.</summary>
    public RunRecord? Find(string id) =>
        store.Get($"{id}/run.json") is { } stored && JsonText.ReadObject(stored.Content) is { } run && run.Text("event") is { } theEvent
            ? new RunRecord(id, theEvent, run.Text("project") ?? "", run.Moment("started") ?? default, run.Integer("invocations"))
            : null;

    /// <summary>The answer of a run that is done, or null.</summary>
    public byte[]? AnswerOf(string id) => store.Get($"{id}/answer.json")?.Content;

    /// <summary>An invocation begins to work on the run.</summary>
    public void Begin(RunRecord run, DateTimeOffset now)
    {
        store.Put($"{run.Id}/run.json", JsonText.Object(json =>
        {
            json.WriteString("run", run.Id);
            json.WriteString("event", run.Event);
            json.WriteString("project", run.Project);
            json.WriteString("started", run.Started);
            json.WriteNumber("invocations", run.Invocations);
        }));
        Touch(run, now);
    }

    /// <summary>The run will go on in another invocation.</summary>
    public void Touch(RunRecord run, DateTimeOffset now) => store.Put(OpenKey, JsonText.Object(json =>
    {
        json.WriteString("run", run.Id);
        json.WriteString("updated", now);
    }));

    /// <summary>The run is done.</summary>
    public void Finish(RunRecord run, ReadOnlyMemory<byte> answer)
    {
        store.Put($"{run.Id}/answer.json", answer);
        store.Delete(OpenKey);
    }

    /// <summary>How long nodes took when they last ran, by unique id.</summary>
    public Dictionary<string, TimeSpan> Durations()
    {
        Dictionary<string, TimeSpan> durations = new(StringComparer.Ordinal);
        if (store.Get(DurationsKey) is { } stored && JsonText.ReadObject(stored.Content) is { } known)
        {
            foreach (JsonProperty node in known.EnumerateObject())
            {
                if (node.Value.ValueKind == JsonValueKind.Number)
                {
                    durations[node.Name] = TimeSpan.FromSeconds(node.Value.GetDouble());
                }
            }
        }

        return durations;
    }

    public void SaveDurations(IReadOnlyDictionary<string, TimeSpan> durations) => store.Put(DurationsKey, JsonText.Object(json =>
    {
        foreach ((string id, TimeSpan duration) in durations.OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            json.WriteNumber(id, Math.Round(duration.TotalSeconds, 3));
        }
    }));

    /// <summary>Copies a local file into the store; nothing when it does not exist.</summary>
    public bool Upload(string path, string key)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] content = new byte[file.Length];
        file.ReadExactly(content);
        store.Put(key, content);
        return true;
    }

    /// <summary>Copies an object of the store to a local file.</summary>
    public bool Download(string key, string path)
    {
        if (store.Get(key) is not { } stored)
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, stored.Content);
        return true;
    }

    /// <summary>The event without what changes between the invocations of a run, in one form.</summary>
    public static string Normalized(RunRequest request) => Encoding.UTF8.GetString(JsonText.Object(json =>
    {
        json.WriteString("command", request.Command.Name);
        Words(json, "select", request.Select);
        Words(json, "exclude", request.Exclude);
        Optional(json, "selector", request.Selector);
        Raw(json, "vars", request.Vars);
        Optional(json, "target", request.Target);
        if (request.FullRefresh is { } refresh)
        {
            json.WriteBoolean("full_refresh", refresh);
        }

        if (request.Threads is { } threads)
        {
            json.WriteNumber("threads", threads);
        }

        if (request.FailFast is { } fast)
        {
            json.WriteBoolean("fail_fast", fast);
        }
    }));

    static void Words(Utf8JsonWriter json, string name, IReadOnlyList<string> words)
    {
        if (words.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (string word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }

    static void Optional(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    static void Raw(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(text);
        }
    }
}
