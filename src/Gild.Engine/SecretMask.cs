using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gild.Engine;

/// <summary>
/// Keeps secrets out of everything that leaves the program: each text on its way into a log, an answer or an artifact has the known ones replaced by
/// <c>*****</c>, in the forms in which texts hold them (as they are, in JSON, in an address, line by line). Safe for all threads.
/// </summary>
public sealed class SecretMask
{
    /// <summary>Variables whose values dbt never shows.</summary>
    public const string DbtPrefix = "DBT_ENV_SECRET_";
    const string Shown = "*****";

    /// <summary>Shorter values of variables that only may be secret would blot out ordinary words.</summary>
    const int Shortest = 6;

    /// <summary>A line of a secret of several lines; shorter ones are brackets and the like.</summary>
    const int ShortestLine = 12;
    static readonly string[] s_ofAws = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"];
    static readonly string[] s_marks = ["SECRET", "PASSWORD", "PASSWD", "TOKEN", "PRIVATE_KEY", "ACCESS_KEY"];

    /// <summary>What such a variable holds is where the secret is.</summary>
    static readonly string[] s_places = ["_ARN", "_FILE", "_PATH", "_DIR", "_URI", "_URL"];

    readonly Lock _gate = new();
    string[] _secrets = [];

    /// <summary>Hides nothing.</summary>
    public static SecretMask None => new();

    /// <summary>The values of variables that are secret by their names' meaning: dbt's <c>DBT_ENV_SECRET_…</c> and the credentials of AWS.</summary>
    public static SecretMask Of(IEnumerable<KeyValuePair<string, string>> environment) =>
        From(environment, name => name.StartsWith(DbtPrefix, StringComparison.Ordinal) || s_ofAws.Contains(name));

    /// <summary>As <see cref="Of"/>, and the values of all variables whose names speak of secrets: where the whole environment is the function's own.</summary>
    public static SecretMask OfFunction(IEnumerable<KeyValuePair<string, string>> environment) => From(environment, name =>
        s_marks.Any(m => name.Contains(m, StringComparison.OrdinalIgnoreCase)) && !s_places.Any(p => name.EndsWith(p, StringComparison.OrdinalIgnoreCase)));

    static SecretMask From(IEnumerable<KeyValuePair<string, string>> environment, Func<string, bool> isSecret)
    {
        SecretMask mask = new();
        foreach ((string name, string value) in environment)
        {
            if (isSecret(name) && (value.Length >= Shortest || name.StartsWith(DbtPrefix, StringComparison.Ordinal)))
            {
                mask.Add(value);
            }
        }

        return mask;
    }

    /// <summary>A secret learned later, e.g. from Secrets Manager.</summary>
    public void Add(string? secret)
    {
        if (string.IsNullOrWhiteSpace(secret))
        {
            return;
        }

        lock (_gate)
        {
            // The longest first, so that none is cut by another one within it.
            _secrets = [.. _secrets.Concat(FormsOf(secret)).Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length)];
        }
    }

    static IEnumerable<string> FormsOf(string secret)
    {
        IEnumerable<string> lines = secret.Contains('\n', StringComparison.Ordinal)
            ? secret.Split('\n').Select(l => l.Trim()).Where(l => l.Length >= ShortestLine)
            : [];
        foreach (string text in (string[])[secret, .. lines])
        {
            yield return text;
            yield return JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
            yield return JsonEncodedText.Encode(text).ToString();
            yield return Uri.EscapeDataString(text);
        }
    }

    public string Hide(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (string secret in _secrets)
        {
            text = text.Replace(secret, Shown, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The same for a text in UTF-8.</summary>
    public byte[] Hide(ReadOnlyMemory<byte> text)
    {
        using MemoryStream hidden = new(text.Length);
        using (Stream masking = Over(hidden))
        {
            masking.Write(text.Span);
        }

        return hidden.ToArray();
    }

    /// <summary>A stream that hides in what is written, UTF-8, and writes it on; closing it leaves the other open.</summary>
    public Stream Over(Stream stream) => new MaskingStream(stream, [.. _secrets.Select(Encoding.UTF8.GetBytes)], Encoding.UTF8.GetBytes(Shown));
}
