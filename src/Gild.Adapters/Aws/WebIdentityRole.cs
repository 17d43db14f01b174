using System.Globalization;
using Amazon.Runtime;

namespace Gild.Adapters.Aws;

/// <summary>
/// Credentials of a role for the token that a platform puts into a file (pods of EKS, pipelines with OpenID Connect): <c>AWS_WEB_IDENTITY_TOKEN_FILE</c>
/// and <c>AWS_ROLE_ARN</c>, or <c>web_identity_token_file</c> of a profile. The call carries no signature; the token says who calls.
/// </summary>
sealed class WebIdentityRole : RefreshingAWSCredentials
{
    const int Seconds = 3600;
    readonly string _role;
    readonly string _tokenFile;
    readonly string _session;
    readonly string _region;
    readonly AwsEndpoints _endpoints;

    internal WebIdentityRole(string role, string tokenFile, string? session, string region, AwsEndpoints endpoints)
    {
        _role = role;
        _tokenFile = tokenFile;
        _session = string.IsNullOrEmpty(session) ? "gild" : session;
        _region = region;
        _endpoints = endpoints;
        PreemptExpiryTime = AwsCredentialSource.RenewedBefore;
    }

    protected override CredentialsRefreshState GenerateNewCredentials()
    {
        using AwsRequests requests = AwsRequests.Unsigned(_endpoints);
        try
        {
            return StsRequests.Ask(requests, _region, "AssumeRoleWithWebIdentity",
            [
                new("RoleArn", _role), new("RoleSessionName", _session), new("DurationSeconds", Seconds.ToString(CultureInfo.InvariantCulture)),
                // Read anew each time: the platform replaces the file before the token in it expires.
                new("WebIdentityToken", Token()),
            ]);
        }
        catch (AwsException e) when (e.Code is "ExpiredTokenException" or "InvalidIdentityToken" or "AccessDenied")
        {
            throw new AwsException(e.Message, e)
            {
                Code = e.Code,
                Status = e.Status,
                Hint = e.Code == "AccessDenied"
                    ? $"The trust policy of {_role} must let this identity in: check the provider, the audience and the subject."
                    : $"The token in {_tokenFile} is no longer valid, or is not for this provider: let the platform write a new one.",
            };
        }
    }

    protected override Task<CredentialsRefreshState> GenerateNewCredentialsAsync() => Task.FromResult(GenerateNewCredentials());

    string Token()
    {
        try
        {
            return File.ReadAllText(_tokenFile).Trim() is { Length: > 0 } token ? token : throw Unreadable("it is empty", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e.Message, e);
        }
    }

    AwsException Unreadable(string reason, Exception? inner) => new($"The web identity token {_tokenFile} cannot be read: {reason}", inner)
    {
        Hint = "The platform writes it: check AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file of the profile.",
    };
}
