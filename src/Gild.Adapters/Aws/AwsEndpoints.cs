namespace Gild.Adapters.Aws;

/// <summary>Where services are: AWS's public names, or what the documented variables <c>AWS_ENDPOINT_URL*</c> say instead.</summary>
public sealed class AwsEndpoints(Func<string, string?> environment)
{
    /// <summary>The variables' names for services whose signing name is not their id with underscores.</summary>
    static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["secretsmanager"] = "SECRETS_MANAGER",
        ["portal.sso"] = "SSO",
        ["oidc"] = "SSO_OIDC",
    };

    /// <summary>Reads the process's environment.</summary>
    public static AwsEndpoints FromEnvironment { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>The base address of a service.</summary>
    /// <param name="service">The first part of its name: <c>redshift-serverless</c>, <c>redshift</c>, <c>s3</c>, <c>secretsmanager</c>, <c>sts</c>, <c>portal.sso</c>, <c>oidc</c>.</param>
    /// <exception cref="AwsException">When a variable holds no http or https address.</exception>
    public Uri Of(string service, string region)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentException.ThrowIfNullOrEmpty(region);
        return Configured(service) ?? new Uri($"https://{service}.{region}.{Suffix(region)}/");
    }

    /// <summary>The address that a variable sets for the service, or null.</summary>
    public Uri? Configured(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        if (string.Equals(environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string variable = $"AWS_ENDPOINT_URL_{Variables.GetValueOrDefault(service) ?? service.Replace('-', '_').ToUpperInvariant()}";
        return Read(variable) ?? Read("AWS_ENDPOINT_URL");
    }

    Uri? Read(string variable) => environment(variable) is not { Length: > 0 } text
        ? null
        : Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address
            : throw new AwsException($"{variable} is '{text}' but must be an address like https://host:port.");

    static string Suffix(string region) => region switch
    {
        _ when region.StartsWith("cn-", StringComparison.Ordinal) => "amazonaws.com.cn",
        _ when region.StartsWith("eusc-", StringComparison.Ordinal) => "amazonaws.eu",
        _ => "amazonaws.com",
    };
}
