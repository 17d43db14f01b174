using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Gild.Engine;
using Gild.Engine.Manifest;
using Gild.Engine.Running;

namespace DbtRunner;

/// <summary>
/// The results of a run over its invocations, in the store as <c>RUN/results/NNNNNN.jsonl</c>. Finished nodes are written by a thread of its
/// own while the run goes on: as soon as one object is written, the next takes everything finished since. A crash can thus lose what
/// finished within the last write, and no more; the cost grows with the number of results, not with its square.
/// </summary>
sealed class RunJournal : IRunJournal, IDisposable
{
    const int Readers = 8;

    readonly RunStore _store;
    readonly SecretMask _mask;
    readonly string _prefix;
    readonly BlockingCollection<byte[]> _waiting = [];
    readonly Thread _writer;
    readonly Action<string> _warn;
    readonly Dictionary<string, TimeSpan> _interrupted = new(StringComparer.Ordinal);
    readonly List<byte[]> _unwritten = [];
    int _next = 1;
    int _added;
    string? _longest;

    /// <param name="store">Where results go.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="mask">What results must not tell.</param>
    /// <param name="warn">Told when results cannot be written; they are tried again with the next.</param>
    public RunJournal(RunStore store, string run, SecretMask mask, Action<string> warn)
    {
        _mask = mask;
        _store = store;
        _prefix = $"{run}/results/";
        _warn = warn;
        Finished = Load();
        _writer = new Thread(Write) { IsBackground = true, Name = "journal" };
        _writer.Start();
    }

    public IReadOnlyList<JsonElement> Finished { get; }

    /// <summary>Nodes that were cancelled when time ran out, with the longest time each ran.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Interrupted => _interrupted;

    /// <summary>Results of this invocation.</summary>
    public int Added => Volatile.Read(ref _added);

    /// <summary>A node that ran into the limit in this invocation; null for none.</summary>
    public string? LastInterrupted => _longest;

    public void Add(Node node, ReadOnlyMemory<byte> entry)
    {
        // A run that is given up on may still finish a node; its result has no place any more.
        if (!_waiting.IsAddingCompleted)
        {
            Interlocked.Increment(ref _added);
            _waiting.Add(_mask.Hide(entry));
        }
    }

    public void AddInterrupted(Node node, TimeSpan elapsed)
    {
        _longest = node.UniqueId;
        if (_waiting.IsAddingCompleted)
        {
            return;
        }

        _waiting.Add(JsonText.Object(json =>
        {
            json.WriteString("interrupted", node.UniqueId);
            json.WriteNumber("elapsed", elapsed.TotalSeconds);
        }));
    }

    void Write()
    {
        foreach (byte[] first in _waiting.GetConsumingEnumerable())
        {
            _unwritten.Add(first);
            while (_waiting.TryTake(out byte[]? more))
            {
                _unwritten.Add(more);
            }

            WriteUnwritten();
        }

        if (_unwritten.Count > 0)
        {
            WriteUnwritten();
        }
    }

    void WriteUnwritten()
    {
        try
        {
            using MemoryStream lines = new();
            foreach (byte[] line in _unwritten)
            {
                lines.Write(line);
                lines.WriteByte((byte)'\n');
            }

            _store.Put($"{_prefix}{_next:D6}.jsonl", lines.ToArray());
            _next++;
            _unwritten.Clear();
        }
        catch (RunnerException e)
        {
            _warn($"{_unwritten.Count} results could not be saved yet: {e.Message}");
        }
    }

    List<JsonElement> Load()
    {
        IReadOnlyList<string> keys = _store.List(_prefix);
        byte[][] contents = new byte[keys.Count][];
        Parallel.For(0, keys.Count, new ParallelOptions { MaxDegreeOfParallelism = Readers }, i => contents[i] = _store.Get(keys[i])?.Content ?? []);
        List<JsonElement> finished = [];
        for (int i = 0; i < contents.Length; i++)
        {
            _next = Math.Max(_next, int.TryParse(Path.GetFileNameWithoutExtension(keys[i]), out int number) ? number + 1 : 1);
            foreach (string line in Encoding.UTF8.GetString(contents[i]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                Take(line, finished);
            }
        }

        return finished;
    }

    void Take(string line, List<JsonElement> finished)
    {
        if (JsonText.ReadObject(Encoding.UTF8.GetBytes(line)) is not { } entry)
        {
            return;
        }

        if (entry.Text("interrupted") is { } node)
        {
            TimeSpan elapsed = TimeSpan.FromSeconds(entry.GetProperty("elapsed").GetDouble());
            _interrupted[node] = _interrupted.TryGetValue(node, out TimeSpan longer) && longer > elapsed ? longer : elapsed;
        }
        else
        {
            finished.Add(entry);
        }
    }

    /// <summary>Writes what is left.</summary>
    public void Dispose()
    {
        if (_waiting.IsAddingCompleted)
        {
            return;
        }

        _waiting.CompleteAdding();
        _writer.Join();
    }
}
