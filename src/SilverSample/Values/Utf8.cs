using System.Text;

namespace SilverSample.Values;

/// <summary>A text kept as UTF-8, so that a value used a million times is encoded once.</summary>
sealed class Utf8(string text)
{
    readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

    /// <summary>The text.</summary>
    public string Text { get; } = text;

    /// <summary>The same, encoded.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public static implicit operator Utf8(string text) => new(text);

    public override string ToString() => Text;

    /// <summary>Encodes a list of texts.</summary>
    public static Utf8[] All(params string[] texts) => Array.ConvertAll(texts, t => new Utf8(t));

    /// <summary>Splits a text at <paramref name="separator"/> and at line ends, and encodes the trimmed parts.</summary>
    public static Utf8[] Split(string text, char separator) =>
        All(text.Split([separator, '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
