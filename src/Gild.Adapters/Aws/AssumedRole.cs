using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace Gild.Adapters.Aws;

/// <summary>
/// Credentials of a role that a profile assumes with those of another profile or place (<c>role_arn</c>, <c>source_profile</c>, <c>credential_source</c>),
/// with the code of a second factor where the profile names one (<c>mfa_serial</c>). The SDK keeps and renews them; the call is ours, since the
/// SDK's own part for it cannot be linked into a native program with the source's credentials.
/// </summary>
sealed class AssumedRole : RefreshingAWSCredentials
{
    const int Seconds = 3600;
    readonly CredentialProfileOptions _profile;
    readonly AwsCredentialSource _source;
    readonly string _region;
    readonly AwsEndpoints _endpoints;

    internal AssumedRole(CredentialProfileOptions profile, AwsCredentialSource source, string region, AwsEndpoints endpoints)
    {
        _profile = profile;
        _source = source;
        _region = region;
        _endpoints = endpoints;
        PreemptExpiryTime = AwsCredentialSource.RenewedBefore;
    }

    protected override CredentialsRefreshState GenerateNewCredentials()
    {
        using AwsRequests requests = new(_source, _endpoints);
        return StsRequests.Ask(requests, _region, "AssumeRole", Parameters());
    }

    protected override Task<CredentialsRefreshState> GenerateNewCredentialsAsync() => Task.FromResult(GenerateNewCredentials());

    IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        yield return new("RoleArn", _profile.RoleArn);
        yield return new("RoleSessionName", _profile.RoleSessionName ?? "gild");
        yield return new("DurationSeconds", Seconds.ToString(CultureInfo.InvariantCulture));
        if (_profile.ExternalID is { } external)
        {
            yield return new("ExternalId", external);
        }

        if (_profile.MfaSerial is { Length: > 0 } device)
        {
            yield return new("SerialNumber", device);
            yield return new("TokenCode", CodeOf(device));
        }
    }

    static string CodeOf(string device) => AwsCredentialSource.AskForCode?.Invoke(device)?.Trim() is { Length: > 0 } code
        ? code
        : throw new AwsException($"The role wants a code of the second factor {device}, and there is nobody to ask.")
        {
            Hint = "Run in a terminal, or let AWS's command line ask: eval \"$(aws configure export-credentials --profile NAME --format env)\".",
        };
}
