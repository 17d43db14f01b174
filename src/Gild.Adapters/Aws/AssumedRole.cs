using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace Gild.Adapters.Aws;

/// <summary>
/// Credentials of a role that a profile assumes with those of another profile (<c>role_arn</c>, <c>source_profile</c>). The SDK keeps and renews
/// them; the call is ours, since the SDK's own part for it cannot be linked into a native program with the source's credentials.
/// </summary>
sealed class AssumedRole(CredentialProfileOptions profile, AwsCredentialSource source, string region, AwsEndpoints endpoints) : RefreshingAWSCredentials
{
    const int Seconds = 3600;

    protected override CredentialsRefreshState GenerateNewCredentials()
    {
        using AwsRequests requests = new(source, endpoints);
        using HttpRequestMessage request = new(HttpMethod.Post, endpoints.Of("sts", region)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body())) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded; charset=utf-8");
        using HttpResponseMessage response = requests.SendOrThrow(request, "sts", region, "sts:AssumeRole");
        try
        {
            XElement answer = XElement.Load(response.Content.ReadAsStream());
            return new CredentialsRefreshState(
                new ImmutableCredentials(Of(answer, "AccessKeyId"), Of(answer, "SecretAccessKey"), Of(answer, "SessionToken")),
                DateTime.Parse(Of(answer, "Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal));
        }
        catch (Exception e) when (e is XmlException or FormatException or ArgumentException)
        {
            throw new AwsException("sts:AssumeRole gave an answer that cannot be read.", e);
        }
    }

    protected override Task<CredentialsRefreshState> GenerateNewCredentialsAsync() => Task.FromResult(GenerateNewCredentials());

    string Body()
    {
        List<KeyValuePair<string, string>> form =
        [
            new("Action", "AssumeRole"),
            new("Version", "2011-06-15"),
            new("RoleArn", profile.RoleArn),
            new("RoleSessionName", profile.RoleSessionName ?? "gild"),
            new("DurationSeconds", Seconds.ToString(CultureInfo.InvariantCulture)),
        ];
        if (profile.ExternalID is { } external)
        {
            form.Add(new("ExternalId", external));
        }

        return string.Join('&', form.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
    }

    static string Of(XElement answer, string name) => answer.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() ?? "";
}
