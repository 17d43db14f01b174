namespace Gild.Adapters.Aws;

/// <summary>The region to speak to when none is given.</summary>
public static class AwsRegion
{
    /// <summary><c>AWS_REGION</c>, <c>AWS_DEFAULT_REGION</c>, then the shared configuration of the profile in use; null when nothing says it.</summary>
    public static string? FromEnvironment(string? profile = null)
    {
        if (FirstSet("AWS_REGION", "AWS_DEFAULT_REGION") is { } region)
        {
            return region;
        }

        string name = profile ?? Environment.GetEnvironmentVariable("AWS_PROFILE") ?? "default";
        return new Amazon.Runtime.CredentialManagement.CredentialProfileStoreChain().TryGetProfile(name, out var found)
            ? found.Region?.SystemName
            : null;
    }

    static string? FirstSet(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }
}
