using Gild.Adapters.Aws;

namespace DbtRunner;

/// <summary>An object with the tag by which a conditional write knows it.</summary>
sealed record StoredObject(byte[] Content, string Tag);

/// <summary>Where runs keep what outlives an invocation: objects by key, in a folder or below an S3 prefix. Safe for all threads.</summary>
abstract class RunStore
{
    /// <summary>The address that people can look at.</summary>
    public abstract string Place { get; }

    /// <summary>The address of an object.</summary>
    public string PlaceOf(string key) => $"{Place}/{key}";

    /// <summary>Null when there is no such object.</summary>
    /// <exception cref="RunnerException">When the store cannot be reached or refuses; so for all members.</exception>
    public abstract StoredObject? Get(string key);

    /// <summary>Writes the whole object, or nothing.</summary>
    public abstract void Put(string key, ReadOnlyMemory<byte> content);

    /// <summary>Writes only where no object is.</summary>
    public abstract bool PutIfAbsent(string key, ReadOnlyMemory<byte> content);

    /// <summary>Writes only over the object with this tag.</summary>
    public abstract bool PutIfMatch(string key, ReadOnlyMemory<byte> content, string tag);

    public abstract void Delete(string key);

    /// <summary>Keys that begin so, in order.</summary>
    public abstract IReadOnlyList<string> List(string prefix);

    /// <summary>Opens <c>s3://bucket/prefix</c>, <c>file:///folder</c> or a folder.</summary>
    /// <exception cref="RunnerException">When the address is of no known form.</exception>
    public static RunStore Open(string address, AwsRequests aws, Func<string, string?> environment)
    {
        if (address.StartsWith("s3://", StringComparison.Ordinal))
        {
            return new S3Store(S3Address.Parse(address), aws, environment);
        }

        if (address.Contains("://", StringComparison.Ordinal) && !address.StartsWith("file://", StringComparison.Ordinal))
        {
            throw new RunnerException(
                RunnerException.BadConfiguration, $"'{address}' is no place for state", "write s3://bucket/prefix or a folder");
        }

        return new FolderStore(address.StartsWith("file://", StringComparison.Ordinal) ? new Uri(address).LocalPath : Path.GetFullPath(address));
    }
}
