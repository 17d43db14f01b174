namespace Gild.Adapters.Aws;

/// <summary>An access key with its secret and, when it is temporary, its session token. Prints no secret.</summary>
public sealed record AwsCredentials(string AccessKeyId, string SecretAccessKey, string? SessionToken)
{
    public override string ToString() => $"access key {AccessKeyId}";
}
