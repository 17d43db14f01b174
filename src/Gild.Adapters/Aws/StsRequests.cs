using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;

namespace Gild.Adapters.Aws;

/// <summary>The calls of AWS's Security Token Service that give temporary credentials: a form is sent, XML comes back (version 2011-06-15).</summary>
static class StsRequests
{
    /// <param name="requests">Signs, or does not where the token in the form says who calls.</param>
    /// <param name="action"><c>AssumeRole</c> or <c>AssumeRoleWithWebIdentity</c>.</param>
    /// <exception cref="AwsException">When the service refuses, cannot be reached or makes no sense.</exception>
    internal static RefreshingAWSCredentials.CredentialsRefreshState Ask(
        AwsRequests requests, string region, string action, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        KeyValuePair<string, string>[] form = [new("Action", action), new("Version", "2011-06-15"), .. parameters];
        string body = string.Join('&', form.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
        using HttpRequestMessage request = new(HttpMethod.Post, requests.Endpoints.Of("sts", region)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded; charset=utf-8");
        using HttpResponseMessage response = requests.SendOrThrow(request, "sts", region, $"sts:{action}");
        try
        {
            XElement answer = XElement.Load(response.Content.ReadAsStream());
            return new RefreshingAWSCredentials.CredentialsRefreshState(
                new ImmutableCredentials(Of(answer, "AccessKeyId"), Of(answer, "SecretAccessKey"), Of(answer, "SessionToken")),
                DateTime.Parse(Of(answer, "Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal));
        }
        catch (Exception e) when (e is XmlException or FormatException or ArgumentException)
        {
            throw new AwsException($"sts:{action} gave an answer that cannot be read.", e);
        }
    }

    static string Of(XElement answer, string name) => answer.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() ?? "";
}
