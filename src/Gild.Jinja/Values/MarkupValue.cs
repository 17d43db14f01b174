using Gild.Jinja.Builtins;
using Gild.Jinja.Runtime;

namespace Gild.Jinja.Values;

/// <summary>A text that counts as safe HTML, with the semantics of <c>markupsafe.Markup</c>; a str in Python's eyes.</summary>
public sealed class MarkupValue(string text) : JinjaObject
{
    public string Text { get; } = text;

    public override string TypeName => "Markup";

    public override int? Length => Unicode.CodePoints.Count(Text);

    public override bool IsTrue => Text.Length > 0;

    public override IEnumerable<Value> Items => ValueOps.IterateText(Text);

    public override string ToText() => Text;

    public override string ToRepr() => $"Markup({ValueText.ReprOf(Text)})";

    public override bool IsEqualTo(Value other) => other.TryGetText(out string text) && text == Text;

    public override int HashCode => Text.GetHashCode(StringComparison.Ordinal);

    public override bool TryGetItem(Value key, out Value value) => ValueOps.TryGetTextItem(this, key, out value);

    public override bool TryGetAttribute(string name, out Value value) => Methods.TryGetBound(this, name, out value);

    public override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result) =>
        StrMethods.TryCall(context, this, name, arguments, out result);

    public override bool Contains(Value value) => ValueOps.TextContains(Text, value);

    /// <summary>Replaces the characters that mean something in HTML by references.</summary>
    public static string EscapeText(string text)
    {
        int first = text.AsSpan().IndexOfAny("&<>'\"");
        if (first < 0)
        {
            return text;
        }

        System.Text.StringBuilder escaped = new(text.Length + 16);
        escaped.Append(text, 0, first);
        foreach (char c in text.AsSpan(first))
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '\'' => escaped.Append("&#39;"),
                '"' => escaped.Append("&#34;"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    /// <summary><c>markupsafe.escape</c>: markup stays as it is, anything else is written out and escaped.</summary>
    public static MarkupValue Escape(Value value) =>
        value.As<MarkupValue>() ?? new MarkupValue(EscapeText(ValueText.ToText(value)));
}
