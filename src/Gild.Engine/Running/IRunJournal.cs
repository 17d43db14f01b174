using System.Text.Json;
using Gild.Engine.Manifest;

namespace Gild.Engine.Running;

/// <summary>
/// Keeps results while a run is under way, for hosts that may end it early: what it holds at the start is not done again but
/// carried over into the results of the whole run.
/// </summary>
public interface IRunJournal
{
    /// <summary>Entries of run_results.json (v6) that earlier invocations of the same run finished.</summary>
    IReadOnlyList<JsonElement> Finished { get; }

    /// <summary>A node or hook is done, well or not. Called from worker threads, before what depends on it starts.</summary>
    /// <param name="node">The node.</param>
    /// <param name="entry">Its entry of run_results.json as UTF-8 JSON.</param>
    void Add(Node node, ReadOnlyMemory<byte> entry);

    /// <summary>A node was cancelled because time ran out; it took at least this long.</summary>
    void AddInterrupted(Node node, TimeSpan elapsed);
}
