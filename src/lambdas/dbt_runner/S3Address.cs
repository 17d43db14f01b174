namespace DbtRunner;

/// <summary>A bucket and what is before each key in it (no slash at either end; may be empty).</summary>
readonly record struct S3Address(string Bucket, string Prefix)
{
    /// <summary><c>s3://bucket/prefix</c>.</summary>
    public static S3Address Parse(string text)
    {
        string rest = text["s3://".Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string bucket = slash < 0 ? rest : rest[..slash];
        return bucket.Length >= 3 && bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
            ? new S3Address(bucket, slash < 0 ? "" : rest[(slash + 1)..].Trim('/'))
            : throw new RunnerException(RunnerException.BadConfiguration, $"'{text}' is no S3 address", "write s3://bucket/prefix");
    }

    public string KeyOf(string key) => Prefix.Length == 0 ? key : $"{Prefix}/{key}";

    public override string ToString() => Prefix.Length == 0 ? $"s3://{Bucket}" : $"s3://{Bucket}/{Prefix}";
}
