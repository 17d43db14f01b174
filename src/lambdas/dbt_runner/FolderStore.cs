using System.Security.Cryptography;
using Gild.Engine.Running;

namespace DbtRunner;

/// <summary>State in a folder: for laptops, and for tests.</summary>
sealed class FolderStore(string folder) : RunStore
{
    public override string Place => folder;

    string PathOf(string key) => Path.Combine(folder, key.Replace('/', Path.DirectorySeparatorChar));

    public override StoredObject? Get(string key) => Guarded(() =>
    {
        try
        {
            byte[] content = File.ReadAllBytes(PathOf(key));
            return new StoredObject(content, TagOf(content));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    });

    public override void Put(string key, ReadOnlyMemory<byte> content) => Guarded(() =>
    {
        TargetFolder.WriteFile(PathOf(key), stream => stream.Write(content.Span));
        return true;
    });

    public override bool PutIfAbsent(string key, ReadOnlyMemory<byte> content) => Guarded(() =>
    {
        string path = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string whole = $"{path}.{Guid.NewGuid():N}.tmp";
        File.WriteAllBytes(whole, content.ToArray());
        try
        {
            File.Move(whole, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(whole);
        }
    });

    public override bool PutIfMatch(string key, ReadOnlyMemory<byte> content, string tag)
    {
        if (Get(key)?.Tag != tag)
        {
            return false;
        }

        Put(key, content);
        return true;
    }

    public override void Delete(string key) => Guarded(() =>
    {
        if (File.Exists(PathOf(key)))
        {
            File.Delete(PathOf(key));
        }

        return true;
    });

    public override IReadOnlyList<string> List(string prefix) => Guarded(() =>
    {
        string below = PathOf(prefix[..(prefix.LastIndexOf('/') + 1)]);
        return (IReadOnlyList<string>)(!Directory.Exists(below) ? [] :
        [
            .. Directory.EnumerateFiles(below, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(folder, f).Replace(Path.DirectorySeparatorChar, '/'))
                .Where(k => k.StartsWith(prefix, StringComparison.Ordinal) && !k.EndsWith(".tmp", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ]);
    });

    static string TagOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunnerException(
                RunnerException.StateUnreachable, $"The state folder {folder} cannot be used: {e.Message}",
                "check the rights and the free space, or name another place in GILD_STATE_URI", e);
        }
    }
}
