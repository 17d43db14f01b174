using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gild.Adapters.Aws;

/// <summary>The token of a sign-in, in the file that AWS's tools share: <c>~/.aws/sso/cache/HASH.json</c>, the hash being that of the session's name or the start address.</summary>
static class SingleSignOnToken
{
    /// <summary>A token is renewed when it lives no longer than this, as AWS's tools do.</summary>
    static readonly TimeSpan s_margin = TimeSpan.FromMinutes(5);

    /// <summary>A token that is valid now; renews one that is not.</summary>
    /// <exception cref="AwsException">When somebody has to sign in (again); says how.</exception>
    internal static string Find(SingleSignOnProfile profile, AwsRequests requests)
    {
        string file = FileOf(profile);
        if (Read(file) is not { } kept || Text(kept, "accessToken") is not { } token)
        {
            throw SignInAgain(profile, $"Nobody is signed in for the AWS profile '{profile.Profile}'");
        }

        DateTimeOffset expires = Moment(kept, "expiresAt") ?? DateTimeOffset.MinValue;
        if (expires - DateTimeOffset.UtcNow > s_margin)
        {
            return token;
        }

        return Renewed(file, kept, profile, requests)
            ?? (expires > DateTimeOffset.UtcNow ? token : throw SignInAgain(profile, string.Create(
                CultureInfo.InvariantCulture, $"The single sign-on of the AWS profile '{profile.Profile}' ended at {expires.UtcDateTime:yyyy-MM-dd HH:mm}Z")));
    }

    internal static AwsException SignInAgain(SingleSignOnProfile profile, string what) => new($"{what}.") { Hint = $"Run: aws sso login --profile {profile.Profile}" };

    static string FileOf(SingleSignOnProfile profile) => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", "sso", "cache", $"{Name(profile.Session ?? profile.StartUrl)}.json");

    // The name that AWS's tools agreed on; nothing is kept secret by it.
#pragma warning disable CA5350
    static string Name(string key) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(key)));
#pragma warning restore CA5350

    static JsonObject? Read(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(file)) as JsonObject;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    static string? Text(JsonObject kept, string name) => kept[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    /// <summary>Older versions of AWS's command line write <c>UTC</c> for the <c>Z</c>.</summary>
    static DateTimeOffset? Moment(JsonObject kept, string name) => DateTimeOffset.TryParse(
        Text(kept, name)?.Replace("UTC", "Z", StringComparison.Ordinal), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment) ? moment : null;

    /// <summary>A new token for the refresh token (CreateToken of the OpenID Connect service), kept in the file for the other tools; null where that is not possible.</summary>
    static string? Renewed(string file, JsonObject kept, SingleSignOnProfile profile, AwsRequests requests)
    {
        if (profile.Session is null || Text(kept, "refreshToken") is not { } refresh || Text(kept, "clientId") is not { } client
            || Text(kept, "clientSecret") is not { } secret || !(Moment(kept, "registrationExpiresAt") > DateTimeOffset.UtcNow))
        {
            return null;
        }

        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(requests.Endpoints.Of("oidc", profile.Region), "token"))
        {
            Content = new ByteArrayContent(Form(client, secret, refresh)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = requests.Send(request, "sso-oauth", profile.Region);
        if (!response.IsSuccessStatusCode || Answer(response) is not { } answer || Text(answer, "accessToken") is not { } token)
        {
            return null;
        }

        kept["accessToken"] = token;
        kept["refreshToken"] = Text(answer, "refreshToken") ?? refresh;
        double seconds = answer["expiresIn"] is JsonValue value && value.TryGetValue(out double given) ? given : 0;
        kept["expiresAt"] = DateTime.UtcNow.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Keep(file, kept);
        return token;
    }

    static byte[] Form(string client, string secret, string refresh)
    {
        using MemoryStream form = new();
        using (Utf8JsonWriter json = new(form))
        {
            json.WriteStartObject();
            json.WriteString("clientId", client);
            json.WriteString("clientSecret", secret);
            json.WriteString("grantType", "refresh_token");
            json.WriteString("refreshToken", refresh);
            json.WriteEndObject();
        }

        return form.ToArray();
    }

    static JsonObject? Answer(HttpResponseMessage response)
    {
        try
        {
            return JsonNode.Parse(response.Content.ReadAsStream()) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whole or not at all, for the owner alone. A folder that cannot be written is no reason to stop: the token is good for this run.</summary>
    static void Keep(string file, JsonObject kept)
    {
        string part = $"{file}.{Guid.NewGuid():N}.tmp";
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (FileStream stream = new(part, options))
            using (Utf8JsonWriter json = new(stream))
            {
                kept.WriteTo(json);
            }

            File.Move(part, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(part);
        }
    }
}
