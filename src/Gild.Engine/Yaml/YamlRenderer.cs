using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Yaml;

/// <summary>The keys that lead to a value of a YAML file: texts, and numbers for places in lists.</summary>
public sealed class KeyPath
{
    readonly List<Value> _keys = [];

    public int Count => _keys.Count;

    public Value this[int index] => _keys[index];

    /// <summary>The key as a text, or null for a place in a list or beyond the end.</summary>
    public string? Text(int index) => index >= 0 && index < _keys.Count ? _keys[index].AsString : null;

    internal void Push(Value key) => _keys.Add(key);

    internal void Pop() => _keys.RemoveAt(_keys.Count - 1);
}

/// <summary>
/// Renders the templates inside YAML values as dbt's native environment does: a value that is exactly one expression
/// keeps its type, anything else becomes a text; <c>as_number</c>, <c>as_bool</c> and <c>as_native</c> read the text as a literal.
/// One per thread.
/// </summary>
public sealed class YamlRenderer(JinjaEnvironment environment, Globals globals) : IDisposable
{
    readonly KeyPath _path = new();
    RenderContext? _context;

    /// <summary>Renders a node and all below it into a fresh value.</summary>
    /// <param name="node">What to render.</param>
    /// <param name="shouldRender">Told the path of each text; false leaves it as it is. Null renders all.</param>
    public Value Render(YamlNode node, Func<KeyPath, bool>? shouldRender = null)
    {
        switch (node)
        {
            case YamlScalar scalar:
                return scalar.Value.AsString is { } text && (shouldRender is null || shouldRender(_path))
                    ? RenderText(text, scalar)
                    : scalar.Value;
            case YamlSequence sequence:
                ListValue list = new();
                for (int i = 0; i < sequence.Items.Count; i++)
                {
                    _path.Push((long)i);
                    list.Elements.Add(Render(sequence.Items[i], shouldRender));
                    _path.Pop();
                }

                return list;
            case YamlMapping mapping:
                return RenderMapping(mapping, shouldRender);
            default:
                return node.ToValue();
        }
    }

    /// <summary>As <see cref="Render"/>, for a mapping.</summary>
    public DictValue RenderMapping(YamlMapping mapping, Func<KeyPath, bool>? shouldRender = null)
    {
        DictValue dict = new();
        foreach (YamlEntry entry in mapping.Entries)
        {
            _path.Push(entry.KeyValue);
            dict[entry.KeyValue] = Render(entry.Value, shouldRender);
            _path.Pop();
        }

        return dict;
    }

    /// <summary>Renders one text; <paramref name="place"/> is where it stands.</summary>
    /// <exception cref="GildException">Compilation Error that points into the file.</exception>
    public Value RenderText(string text, YamlNode place)
    {
        if (!HasTemplate(text))
        {
            return WithoutLastLineEnd(text);
        }

        SourceText source = SourceOf(text, place);
        try
        {
            MarkedTexts marked = new();
            _context ??= new RenderContext(environment);
            _context.Host = marked;
            return marked.Typed(environment.Compile(source).RenderNative(_context, globals));
        }
        catch (GildException e) when (e.Diagnostic.Labels.Count == 0)
        {
            throw new GildException(e.DbtKind, e.Diagnostic with { Labels = [place.Place()] }, e);
        }
        catch (JinjaException e)
        {
            Diagnostic diagnostic = e.ToDiagnostic();
            throw new GildException(DbtKinds.Compilation, diagnostic with { Message = $"could not render `{text}`: {diagnostic.Message}" }, e);
        }
    }

    /// <summary>Whether the text holds anything for the template engine to do.</summary>
    public static bool HasTemplate(string text)
    {
        for (int i = text.IndexOf('{', StringComparison.Ordinal); i >= 0 && i + 1 < text.Length; i = text.IndexOf('{', i + 1))
        {
            if (text[i + 1] is '{' or '%' or '#')
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => _context?.Dispose();

    static string WithoutLastLineEnd(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2]
        : text.EndsWith('\n') ? text[..^1]
        : text;

    static SourceText SourceOf(string text, YamlNode place)
    {
        LinePosition position = place.Source.PositionOf(place.Span.Offset);
        ReadOnlySpan<char> written = place.Source.Text.AsSpan(Math.Min(place.Span.Offset, place.Source.Text.Length));
        bool block = written.Length > 0 && written[0] is '|' or '>';
        int quote = written.Length > 0 && written[0] is '"' or '\'' ? 1 : 0;
        return block
            ? new SourceText(place.Source.Path, text, position.Line + 1)
            : new SourceText(place.Source.Path, text, position.Line, position.Column + quote);
    }
}

/// <summary>The scalar part of Python's <c>ast.literal_eval</c>.</summary>
static class PythonLiteral
{
    /// <summary>The value, or undefined when the text is no literal.</summary>
    public static Value Read(string text)
    {
        string trimmed = text.Trim();
        switch (trimmed)
        {
            case "True":
                return true;
            case "False":
                return false;
            case "None":
                return Value.None;
        }

        if (System.Numerics.BigInteger.TryParse(trimmed, System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture, out System.Numerics.BigInteger integer))
        {
            return Value.From(integer);
        }

        if (double.TryParse(trimmed, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double number)
            && trimmed.Length > 0 && trimmed[^1] is >= '0' and <= '9' or '.')
        {
            return number;
        }

        return trimmed.Length >= 2 && trimmed[0] is '\'' or '"' && trimmed[^1] == trimmed[0] && trimmed.IndexOf(trimmed[0], 1) == trimmed.Length - 1
            ? trimmed[1..^1]
            : Value.Undefined;
    }
}
