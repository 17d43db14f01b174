using System.Globalization;
using System.Text.Json;

namespace DbtRunner;

/// <summary>
/// One run at a time. Two things are held: a file of this machine, which the system frees when the process dies, and <c>lock.json</c> in the
/// store, which others see. The object names its holder and the moment at which it lapses (the invocation's time limit); it is taken over
/// when it has lapsed, or at once when the file shows that its holder ran on this machine and is dead.
/// </summary>
sealed class RunLock : IDisposable
{
    const string Key = "lock.json";

    readonly RunStore _store;
    readonly FileStream _file;
    readonly string _holder;
    readonly DateTimeOffset _until;

    RunLock(RunStore store, FileStream file, string holder, DateTimeOffset until)
    {
        _until = until;
        _store = store;
        _file = file;
        _holder = holder;
    }

    /// <param name="store">Where the object is.</param>
    /// <param name="folder">Folder of this machine for the file.</param>
    /// <param name="requestId">The invocation.</param>
    /// <param name="what">What it does, for others to read.</param>
    /// <param name="now">Now.</param>
    /// <param name="until">When the invocation ends at the latest.</param>
    /// <exception cref="RunnerException">Another invocation holds it: who, since when, until when.</exception>
    public static RunLock Take(RunStore store, string folder, string requestId, string what, DateTimeOffset now, DateTimeOffset until)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "runner.lock");
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw Held(store.Get(Key) is { } seen ? JsonText.ReadObject(seen.Content) : null, "another process on this machine", e);
        }

        try
        {
            using StreamReader reader = new(file, leaveOpen: true);
            string dead = reader.ReadToEnd().Trim();
            string holder = $"{requestId} {Guid.NewGuid():N}";
            TakeObject(store, dead, holder, Content(holder, requestId, what, now, until), now);
            file.SetLength(0);
            file.Write(System.Text.Encoding.UTF8.GetBytes(holder));
            file.Flush();
            return new RunLock(store, file, holder, until);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static byte[] Content(string holder, string requestId, string what, DateTimeOffset now, DateTimeOffset until) => JsonText.Object(json =>
    {
        json.WriteString("holder", holder);
        json.WriteString("request_id", requestId);
        json.WriteString("doing", what);
        json.WriteString("since", now);
        json.WriteString("until", until);
    });

    static void TakeObject(RunStore store, string dead, string holder, byte[] content, DateTimeOffset now)
    {
        if (store.PutIfAbsent(Key, content))
        {
            return;
        }

        StoredObject? seen = store.Get(Key);
        if (seen is null)
        {
            // Freed in between.
            if (store.PutIfAbsent(Key, content))
            {
                return;
            }

            throw Held(null, "another invocation", null);
        }

        JsonElement? other = JsonText.ReadObject(seen.Content);
        string? who = other?.Text("holder");
        if (who == holder)
        {
            // The answer to our own write was lost, and the write was sent again.
            return;
        }

        bool lapsed = other?.Moment("until") is not { } until || until <= now;
        if ((!lapsed && (dead.Length == 0 || who != dead)) || !store.PutIfMatch(Key, content, seen.Tag))
        {
            throw Held(other, "another invocation", null);
        }
    }

    static RunnerException Held(JsonElement? other, string otherwise, Exception? inner)
    {
        string who = other?.Text("request_id") is { } id ? $"request {id}" : otherwise;
        string doing = other?.Text("doing") is { } what ? $" (`{what}`)" : "";
        string since = other?.Moment("since") is { } moment ? $" since {Time(moment)}" : "";
        string until = other?.Moment("until") is { } end ? $"; it ends by {Time(end)}" : "";
        return new RunnerException(
            RunnerException.Locked, $"Another run is under way: {who}{doing} holds the lock{since}{until}.",
            "invoke again when it is done; after a crash the lock lapses at that time", inner);
    }

    static string Time(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Frees the lock; a store that cannot be reached then lets it lapse.</summary>
    public void Dispose()
    {
        try
        {
            // A lock that has lapsed may be another's by the time it would be deleted.
            if (DateTimeOffset.UtcNow < _until && _store.Get(Key) is { } seen && JsonText.ReadObject(seen.Content)?.Text("holder") == _holder)
            {
                _store.Delete(Key);
            }

            _file.SetLength(0);
        }
        catch (RunnerException)
        {
            // It lapses by itself.
        }
        finally
        {
            _file.Dispose();
        }
    }
}
