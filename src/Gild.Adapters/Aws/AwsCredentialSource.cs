using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace Gild.Adapters.Aws;

/// <summary>
/// Credentials of AWS, from the chain of the AWS SDK (environment, shared files, container, instance) or as given. Temporary ones are renewed by
/// the SDK, so ask again for each use. Safe for all threads.
/// </summary>
public sealed class AwsCredentialSource
{
    readonly Lazy<AWSCredentials> _credentials;
    readonly string _origin;

    AwsCredentialSource(Func<AWSCredentials> find, string origin)
    {
        _credentials = new Lazy<AWSCredentials>(find, LazyThreadSafetyMode.PublicationOnly);
        _origin = origin;
    }

    /// <summary>The SDK's default chain; <c>AWS_PROFILE</c> and <c>AWS_ACCESS_KEY_ID</c> work as in every AWS tool.</summary>
    public static AwsCredentialSource DefaultChain() => Environment.GetEnvironmentVariable("AWS_PROFILE") is { Length: > 0 } profile
        && Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") is null or ""
            ? Profile(profile)
            : new(() => DefaultAWSCredentialsIdentityResolver.GetCredentials(), "the default chain");

    /// <summary>A profile of <c>~/.aws/config</c> or <c>~/.aws/credentials</c>, or of the file that is given.</summary>
    public static AwsCredentialSource Profile(string name, string? file = null, AwsEndpoints? endpoints = null) =>
        new(() => OfProfile(name, file, endpoints ?? AwsEndpoints.FromEnvironment), $"the AWS profile '{name}'");

    public static AwsCredentialSource Fixed(string accessKeyId, string secretAccessKey, string? sessionToken = null) => new(
        () => sessionToken is null
            ? new BasicAWSCredentials(accessKeyId, secretAccessKey)
            : new SessionAWSCredentials(accessKeyId, secretAccessKey, sessionToken),
        "the given access key");

    /// <exception cref="AwsException">When none are found or they cannot be renewed; says where they were looked for.</exception>
    public AwsCredentials Resolve()
    {
        try
        {
            ImmutableCredentials found = _credentials.Value.GetCredentials();
            return new AwsCredentials(found.AccessKey, found.SecretKey, found.UseToken ? found.Token : null);
        }
        catch (AwsException)
        {
            throw;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            string reason = NeedsMoreOfTheSdk(e) ? "it signs in by a way that is not linked in (single sign-on, web identity or a second factor)." : e.Message;
            throw new AwsException($"No AWS credentials from {_origin}: {reason}", e) { Hint = HintOf(e) };
        }
    }

    static bool NeedsMoreOfTheSdk(Exception e) => e.Message.Contains("AWSSDK.", StringComparison.Ordinal);

    /// <summary>Single sign-on, web identity and roles behind a second factor need parts of the SDK that are not linked in; AWS's command line can hand over what it has.</summary>
    static string HintOf(Exception e) => NeedsMoreOfTheSdk(e)
        ? "Let AWS's command line sign in and hand over: eval \"$(aws configure export-credentials --profile NAME --format env)\", "
            + "or give the profile a credential_process with that command (--format process)."
        : "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the function or instance a role.";

    static AWSCredentials OfProfile(string name, string? file, AwsEndpoints endpoints)
    {
        CredentialProfileStoreChain profiles = file is null ? new() : new(file);
        if (profiles.TryGetProfile(name, out CredentialProfile? profile)
            && profile.Options is { RoleArn: { Length: > 0 }, SourceProfile: { Length: > 0 } source, MfaSerial: null or "" } options
            && source != name)
        {
            string region = profile.Region?.SystemName ?? AwsRegion.FromEnvironment(source) ?? "us-east-1";
            return new AssumedRole(options, Profile(source, file, endpoints), region, endpoints);
        }

        if (profiles.TryGetAWSCredentials(name, out AWSCredentials? credentials))
        {
            return credentials;
        }

        string[] known = [.. profiles.ListProfiles().Select(p => p.Name).Order(StringComparer.Ordinal)];
        throw new AwsException($"There is no AWS profile '{name}' with credentials.")
        {
            Hint = known.Length == 0 ? "~/.aws/config and ~/.aws/credentials hold no profile." : $"Profiles found: {string.Join(", ", known)}.",
        };
    }
}
