using System.Globalization;
using System.Text;
using Gild.Jinja.Builtins;
using Gild.Jinja.Runtime;

namespace Gild.Jinja.Values;

/// <summary>Python's <c>bytes</c>, as <c>str.encode</c> gives them.</summary>
sealed class BytesValue(byte[] bytes) : JinjaObject
{
    public ReadOnlySpan<byte> Span => bytes;

    public override string TypeName => "bytes";

    public override int? Length => bytes.Length;

    public override IEnumerable<Value> Items
    {
        get
        {
            foreach (byte b in bytes)
            {
                yield return Value.From((long)b);
            }
        }
    }

    public override string ToRepr()
    {
        char quote = bytes.Contains((byte)'\'') && !bytes.Contains((byte)'"') ? '"' : '\'';
        StringBuilder text = new(bytes.Length + 3);
        text.Append('b').Append(quote);
        foreach (byte b in bytes)
        {
            char c = (char)b;
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                _ when c == quote => text.Append('\\').Append(c),
                >= ' ' and < '\x7f' => text.Append(c),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"),
            };
        }

        return text.Append(quote).ToString();
    }

    public override bool IsEqualTo(Value other) => other.As<BytesValue>() is { } that && Span.SequenceEqual(that.Span);

    public override int HashCode
    {
        get
        {
            HashCode hash = default;
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }
    }

    public override bool TryGetItem(Value key, out Value value)
    {
        value = default;
        if (!(key.IsInt64 || key.IsBool))
        {
            return false;
        }

        long index = key.AsInt64 < 0 ? key.AsInt64 + bytes.Length : key.AsInt64;
        if (index < 0 || index >= bytes.Length)
        {
            return false;
        }

        value = Value.From((long)bytes[index]);
        return true;
    }

    public override bool Contains(Value value) =>
        value.As<BytesValue>() is { } part ? Span.IndexOf(part.Span) >= 0
        : value.IsInt64 || value.IsBool ? bytes.Contains((byte)value.AsInt64)
        : throw JinjaException.TypeError($"a bytes-like object is required, not '{ValueText.TypeNameOf(value)}'");

    public override bool TryGetAttribute(string name, out Value value) =>
        BoundMethodValue.TryBind(this, name, name is "decode" or "hex", out value);

    public override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result)
    {
        switch (name)
        {
            case "decode":
                arguments.CheckSignature("decode", ["encoding", "errors"]);
                result = Value.From(TextEncodings.Decode(
                    bytes,
                    Binding.Text(arguments.Get(0, "encoding", Value.From("utf-8")), "decode"),
                    Binding.Text(arguments.Get(1, "errors", Value.From("strict")), "decode")));
                return true;
            case "hex":
                Binding.Positional(arguments, "hex", 0, 0);
                result = Value.From(Convert.ToHexStringLower(bytes));
                return true;
            default:
                result = default;
                return false;
        }
    }
}
