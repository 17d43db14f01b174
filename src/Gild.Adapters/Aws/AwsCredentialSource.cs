using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace Gild.Adapters.Aws;

/// <summary>
/// Credentials of AWS, from the chain of the AWS SDK (environment, web identity, shared files with single sign-on and roles, container, instance) or
/// as given. Temporary ones are renewed, so ask again for each use. Safe for all threads.
/// </summary>
public sealed class AwsCredentialSource
{
    /// <summary>Temporary credentials are renewed this long before they end: a request is on its way for a while.</summary>
    internal static readonly TimeSpan RenewedBefore = TimeSpan.FromMinutes(5);
    const string DefaultRegion = "us-east-1";

    readonly Lazy<AWSCredentials> _credentials;
    readonly string _origin;

    AwsCredentialSource(Func<AWSCredentials> find, string origin)
    {
        _credentials = new Lazy<AWSCredentials>(find, LazyThreadSafetyMode.PublicationOnly);
        _origin = origin;
    }

    /// <summary>Asks somebody for the code of a second factor, by the device's name; null where nobody is there to ask.</summary>
    public static Func<string, string?>? AskForCode { get; set; }

    /// <summary>The SDK's default chain; the variables work as in every AWS tool.</summary>
    public static AwsCredentialSource DefaultChain(AwsEndpoints? endpoints = null) => new(() => OfChain(endpoints ?? AwsEndpoints.FromEnvironment), OriginOfChain());

    static string OriginOfChain() => Variable("AWS_ACCESS_KEY_ID") is null && Variable("AWS_PROFILE") is { } profile ? $"the AWS profile '{profile}'" : "the default chain";

    static AWSCredentials OfChain(AwsEndpoints endpoints)
    {
        if (Variable("AWS_ACCESS_KEY_ID") is not null)
        {
            return DefaultAWSCredentialsIdentityResolver.GetCredentials();
        }

        if (Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is { } token && Variable("AWS_ROLE_ARN") is { } role)
        {
            return new WebIdentityRole(role, token, Variable("AWS_ROLE_SESSION_NAME"), AwsRegion.FromEnvironment() ?? DefaultRegion, endpoints);
        }

        return Variable("AWS_PROFILE") is { } profile ? OfProfile(profile, null, endpoints, [])
            : new CredentialProfileStoreChain().TryGetProfile("default", out CredentialProfile? found) && Special(found, null, endpoints, ["default"]) is { } special ? special
            : DefaultAWSCredentialsIdentityResolver.GetCredentials();
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>A profile of <c>~/.aws/config</c> or <c>~/.aws/credentials</c>, or of the file that is given.</summary>
    public static AwsCredentialSource Profile(string name, string? file = null, AwsEndpoints? endpoints = null) =>
        Profile(name, file, endpoints ?? AwsEndpoints.FromEnvironment, []);

    static AwsCredentialSource Profile(string name, string? file, AwsEndpoints endpoints, string[] assuming) =>
        new(() => OfProfile(name, file, endpoints, assuming), $"the AWS profile '{name}'");

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
            string reason = NeedsMoreOfTheSdk(e) ? "it signs in by a way that is not linked in." : e.Message;
            throw new AwsException($"No AWS credentials from {_origin}: {reason}", e) { Hint = HintOf(e) };
        }
    }

    static bool NeedsMoreOfTheSdk(Exception e) => e.Message.Contains("AWSSDK.", StringComparison.Ordinal);

    /// <summary>Ways that the SDK has in parts of its own; AWS's command line can hand over what it has.</summary>
    static string HintOf(Exception e) => NeedsMoreOfTheSdk(e)
        ? "Let AWS's command line sign in and hand over: eval \"$(aws configure export-credentials --profile NAME --format env)\", "
            + "or give the profile a credential_process with that command (--format process)."
        : "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the function or instance a role.";

    /// <param name="assuming">The profiles whose roles are to be assumed with this one's credentials.</param>
    static AWSCredentials OfProfile(string name, string? file, AwsEndpoints endpoints, string[] assuming)
    {
        string[] path = [.. assuming, name];
        if (assuming.Contains(name))
        {
            throw new AwsException($"The AWS profiles {string.Join(" -> ", path)} go round in a circle.") { Hint = "Let `source_profile` end at a profile with credentials of its own." };
        }

        CredentialProfileStoreChain profiles = file is null ? new() : new(file);
        if (profiles.TryGetProfile(name, out CredentialProfile? profile) && Special(profile, file, endpoints, path) is { } special)
        {
            return special;
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

    /// <summary>Profiles whose credentials a service gives: roles and single sign-on. Null for those that the SDK reads by itself.</summary>
    static AWSCredentials? Special(CredentialProfile profile, string? file, AwsEndpoints endpoints, string[] path)
    {
        CredentialProfileOptions options = profile.Options;
        string region = profile.Region?.SystemName ?? AwsRegion.FromEnvironment(profile.Name) ?? DefaultRegion;
        return options switch
        {
            { RoleArn: { Length: > 0 } role, WebIdentityTokenFile: { Length: > 0 } token } => new WebIdentityRole(role, token, options.RoleSessionName, region, endpoints),
            { RoleArn.Length: > 0 } when SourceOf(profile, file, endpoints, path) is { } source => new AssumedRole(options, source, region, endpoints),
            { RoleArn: null or "", SsoAccountId: { Length: > 0 } account, SsoRoleName: { Length: > 0 } role } => new SingleSignOn(
                new SingleSignOnProfile(
                    profile.Name, options.SsoSession is { Length: > 0 } session ? session : null, options.SsoStartUrl ?? "", options.SsoRegion ?? region, account, role),
                endpoints),
            _ => null,
        };
    }

    /// <summary>Who assumes the role: another profile, the profile's own key, or a place of the chain.</summary>
    static AwsCredentialSource? SourceOf(CredentialProfile profile, string? file, AwsEndpoints endpoints, string[] path) => profile.Options switch
    {
        { SourceProfile: { Length: > 0 } source } when source != profile.Name => Profile(source, file, endpoints, path),
        { SourceProfile.Length: > 0, AccessKey: { } key, SecretKey: { } secret } => Fixed(key, secret, profile.Options.Token),
        { CredentialSource: "Environment" } => new(() => new EnvironmentVariablesAWSCredentials(), "the environment"),
        { CredentialSource: "Ec2InstanceMetadata" } => new(() => new InstanceProfileAWSCredentials(), "the instance's role"),
        { CredentialSource: "EcsContainer" } => new(() => new GenericContainerCredentials(), "the container's role"),
        _ => null,
    };
}
