using System.Globalization;
using System.Net;
using System.Text.Json;
using Amazon.Runtime;

namespace Gild.Adapters.Aws;

/// <summary>What a profile says of single sign-on (IAM Identity Center).</summary>
/// <param name="Profile">The profile's name.</param>
/// <param name="Session">The name of its <c>sso-session</c>; null for a profile of the older form.</param>
sealed record SingleSignOnProfile(string Profile, string? Session, string StartUrl, string Region, string AccountId, string RoleName);

/// <summary>
/// Credentials of a role of IAM Identity Center, by the sign-in that <c>aws sso login</c> left in <c>~/.aws/sso/cache</c>. The sign-in's own token is
/// renewed while its registration lasts, as AWS's tools do; after that somebody has to sign in again, and is told the command.
/// </summary>
sealed class SingleSignOn : RefreshingAWSCredentials
{
    readonly SingleSignOnProfile _profile;
    readonly AwsEndpoints _endpoints;

    internal SingleSignOn(SingleSignOnProfile profile, AwsEndpoints endpoints)
    {
        _profile = profile;
        _endpoints = endpoints;
        PreemptExpiryTime = AwsCredentialSource.RenewedBefore;
    }

    protected override CredentialsRefreshState GenerateNewCredentials()
    {
        using AwsRequests requests = AwsRequests.Unsigned(_endpoints);
        string token = SingleSignOnToken.Find(_profile, requests);
        string query = $"role_name={Uri.EscapeDataString(_profile.RoleName)}&account_id={Uri.EscapeDataString(_profile.AccountId)}";
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_endpoints.Of("portal.sso", _profile.Region), $"federation/credentials?{query}"));
        request.Headers.TryAddWithoutValidation("x-amz-sso_bearer_token", token);
        using HttpResponseMessage response = requests.Send(request, "sso", _profile.Region);
        if (!response.IsSuccessStatusCode)
        {
            throw Refused(AwsError.Read(response));
        }

        try
        {
            using JsonDocument answer = JsonDocument.Parse(response.Content.ReadAsStream());
            JsonElement keys = answer.RootElement.GetProperty("roleCredentials");
            return new CredentialsRefreshState(
                new ImmutableCredentials(keys.GetProperty("accessKeyId").GetString(), keys.GetProperty("secretAccessKey").GetString(), keys.GetProperty("sessionToken").GetString()),
                DateTimeOffset.FromUnixTimeMilliseconds(keys.GetProperty("expiration").GetInt64()).UtcDateTime);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new AwsException("sso:GetRoleCredentials gave an answer that cannot be read.", e);
        }
    }

    protected override Task<CredentialsRefreshState> GenerateNewCredentialsAsync() => Task.FromResult(GenerateNewCredentials());

    AwsException Refused(AwsError error) => error.Status == HttpStatusCode.Unauthorized
        ? SingleSignOnToken.SignInAgain(_profile, $"The single sign-on of the AWS profile '{_profile.Profile}' has ended")
        : new AwsException(string.Create(
            CultureInfo.InvariantCulture, $"Single sign-on gave no credentials of the role {_profile.RoleName} in the account {_profile.AccountId}: {error.Code} ({(int)error.Status}): {error.Message}"))
        {
            Code = error.Code,
            Status = error.Status,
            Hint = error.IsTransient ? error.HintFor("sso:GetRoleCredentials")
                : $"Check sso_account_id and sso_role_name of the profile '{_profile.Profile}', and that the role is assigned to you in IAM Identity Center.",
        };
}
