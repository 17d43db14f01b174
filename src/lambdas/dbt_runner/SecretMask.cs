using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DbtRunner;

/// <summary>Keeps secrets out of logs and answers: every text on its way out has the known ones replaced by <c>*****</c>.</summary>
sealed class SecretMask
{
    const int Shortest = 6;
    static readonly string[] s_marks = ["SECRET", "PASSWORD", "PASSWD", "TOKEN", "PRIVATE_KEY", "ACCESS_KEY"];

    readonly Lock _gate = new();
    string[] _secrets = [];

    /// <summary>Takes the values of variables whose names say that they are secret.</summary>
    public static SecretMask OfEnvironment()
    {
        SecretMask mask = new();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = ((string)variable.Key).ToUpperInvariant();
            if (name != "REDSHIFT_SECRET_ARN" && s_marks.Any(m => name.Contains(m, StringComparison.Ordinal)))
            {
                mask.Add(variable.Value as string);
            }
        }

        return mask;
    }

    /// <summary>A secret learned later. Very short ones would blot out ordinary words.</summary>
    public void Add(string? secret)
    {
        if (secret is null || secret.Length < Shortest)
        {
            return;
        }

        lock (_gate)
        {
            // In a log line the secret may stand as JSON writes it.
            string escaped = JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
            _secrets = [.. _secrets.Append(secret).Append(escaped).Distinct().OrderByDescending(s => s.Length)];
        }
    }

    public string Hide(string text)
    {
        foreach (string secret in _secrets)
        {
            if (text.Contains(secret, StringComparison.Ordinal))
            {
                text = text.Replace(secret, "*****", StringComparison.Ordinal);
            }
        }

        return text;
    }
}
