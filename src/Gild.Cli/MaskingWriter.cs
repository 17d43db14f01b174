using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gild.Engine;
using Gild.Engine.Loading;

namespace Gild.Cli;

/// <summary>
/// Hides the values of variables whose names begin with <c>DBT_ENV_SECRET_</c>: each becomes <c>*****</c>, as in dbt, whichever message
/// brings it.
/// </summary>
sealed class MaskingWriter : TextWriter
{
    readonly TextWriter _inner;
    readonly string[] _secrets;

    MaskingWriter(TextWriter inner, string[] secrets)
    {
        _inner = inner;
        _secrets = secrets;
    }

    public override Encoding Encoding => _inner.Encoding;

    /// <summary>The writer itself where there is nothing to hide.</summary>
    public static TextWriter Over(TextWriter writer, InvocationOptions options)
    {
        string[] secrets =
        [
            .. options.EnvironmentAll()
                .Where(v => v.Key.StartsWith(EnvironmentLookup.SecretPrefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(v.Value))
                .SelectMany(v => new[] { v.Value, JsonEncodedText.Encode(v.Value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() })
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(s => s.Length),
        ];
        return secrets.Length == 0 ? writer : new MaskingWriter(writer, secrets);
    }

    public override void Write(char value) => _inner.Write(value);

    public override void Write(string? value) => _inner.Write(Hidden(value));

    public override void WriteLine() => _inner.WriteLine();

    public override void WriteLine(string? value) => _inner.WriteLine(Hidden(value));

    public override void Flush() => _inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    string? Hidden(string? text)
    {
        foreach (string secret in text is null ? [] : _secrets)
        {
            text = text!.Replace(secret, "*****", StringComparison.Ordinal);
        }

        return text;
    }
}
