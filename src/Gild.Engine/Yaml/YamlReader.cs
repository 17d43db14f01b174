using System.Text;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gild.Engine.Yaml;

/// <summary>A key that stands twice in one mapping; the later value counts, as in PyYAML.</summary>
public sealed record DuplicateKey(string Key, Label First, Label Again);

/// <summary>Reads YAML into nodes with places: anchors, merge keys, YAML 1.1 scalars, errors that point at the line.</summary>
public sealed class YamlReader
{
    const int MaxDepth = 200;

    readonly SourceText _source;
    readonly Parser _parser;
    readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    readonly List<DuplicateKey> _duplicates = [];
    int _lastGood;
    int _depth;
    long _aliasedNodes;

    YamlReader(SourceText source)
    {
        _source = source;
        _parser = new Parser(new Scanner(new StringReader(source.Text), skipComments: true));
    }

    /// <summary>Reads a file that holds one document; null when it is empty.</summary>
    /// <exception cref="GildException">Parsing Error at the place where the text stops being YAML.</exception>
    public static YamlNode? Read(SourceText source, List<DuplicateKey>? duplicates = null)
    {
        YamlReader reader = new(source);
        YamlNode? node = reader.ReadGuarded();
        duplicates?.AddRange(reader._duplicates);
        return node;
    }

    /// <summary>Reads a text such as the value of <c>--vars</c>.</summary>
    public static YamlNode? Read(string name, string text) => Read(new SourceText(name, text));

    YamlNode? ReadGuarded()
    {
        try
        {
            return ReadDocument();
        }
        catch (YamlException e)
        {
            throw Failure(Explain(e), OffsetOf(e.Start), e);
        }
        catch (InvalidOperationException e)
        {
            // The parser has one path that gives up without a position.
            throw Failure("this is not valid YAML from here on", _lastGood, e);
        }
        catch (ArgumentException e)
        {
            throw Failure("this is not valid YAML from here on", _lastGood, e);
        }
    }

    YamlNode? ReadDocument()
    {
        Next<StreamStart>();
        if (!_parser.MoveNext() || _parser.Current is StreamEnd)
        {
            return null;
        }

        _parser.MoveNext();
        YamlNode node = ReadNode();
        Next<DocumentEnd>();
        _parser.MoveNext();
        return _parser.Current is DocumentStart second
            ? throw Failure("a second document begins here, where one is expected", OffsetOf(second.Start), null)
            : node;
    }

    void Next<T>()
        where T : ParsingEvent
    {
        if (!_parser.MoveNext() || _parser.Current is not T)
        {
            throw Failure("this is not valid YAML from here on", _lastGood, null);
        }
    }

    /// <summary>Reads the node that starts at the current event; leaves the parser on its last event.</summary>
    YamlNode ReadNode()
    {
        ParsingEvent at = _parser.Current!;
        _lastGood = OffsetOf(at.Start);
        switch (at)
        {
            case Scalar scalar:
                return Anchored(scalar.Anchor, ReadScalar(scalar));
            case SequenceStart sequence:
                return Nested(() => Anchored(sequence.Anchor, ReadSequence(sequence)), at);
            case MappingStart mapping:
                return Nested(() => Anchored(mapping.Anchor, ReadMapping(mapping)), at);
            case AnchorAlias alias:
                if (!_anchors.TryGetValue(alias.Value.Value, out YamlNode? node))
                {
                    throw Failure($"`*{alias.Value.Value}` refers to an anchor that does not exist", OffsetOf(at.Start), null);
                }

                return CountAlias(node, at);
            default:
                throw Failure("this is not valid YAML from here on", OffsetOf(at.Start), null);
        }
    }

    YamlNode Nested(Func<YamlNode> read, ParsingEvent at)
    {
        if (++_depth > MaxDepth)
        {
            throw Failure($"this is nested more than {MaxDepth} levels deep", OffsetOf(at.Start), null);
        }

        YamlNode node = read();
        _depth--;
        return node;
    }

    YamlNode CountAlias(YamlNode node, ParsingEvent at)
    {
        // Aliases of aliases can blow up a small file: cap what they expand to.
        _aliasedNodes += SizeOf(node);
        return _aliasedNodes > 1_000_000
            ? throw Failure("the aliases of this file expand to more than a million values", OffsetOf(at.Start), null)
            : node;
    }

    static long SizeOf(YamlNode node) => node switch
    {
        YamlSequence sequence => 1 + sequence.Items.Sum(SizeOf),
        YamlMapping mapping => 1 + mapping.Entries.Sum(e => SizeOf(e.Value)),
        _ => 1,
    };

    YamlNode Anchored(AnchorName anchor, YamlNode node)
    {
        if (!anchor.IsEmpty)
        {
            _anchors[anchor.Value] = node;
        }

        return node;
    }

    YamlScalar ReadScalar(Scalar scalar)
    {
        Span span = SpanOf(scalar);
        bool plain = scalar.Style == ScalarStyle.Plain;
        Value value = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific
            ? plain && !scalar.Tag.IsNonSpecific ? YamlScalars.Resolve(scalar.Value) : scalar.Value
            : Tagged(scalar);
        return new YamlScalar(_source, span, value, scalar.Value);
    }

    Value Tagged(Scalar scalar)
    {
        string tag = scalar.Tag.Value;
        const string Core = "tag:yaml.org,2002:";
        Value resolved = YamlScalars.Resolve(scalar.Value);
        return tag switch
        {
            Core + "str" or Core + "binary" => scalar.Value,
            Core + "int" when resolved.IsInteger => resolved,
            Core + "float" when resolved.IsNumber => resolved.IsFloat ? resolved : double.Parse(scalar.Value, System.Globalization.CultureInfo.InvariantCulture),
            Core + "bool" when resolved.IsBool => resolved,
            Core + "null" => Value.None,
            Core + "timestamp" => resolved,
            _ => throw Failure($"the tag `{tag}` cannot be read here", OffsetOf(scalar.Start), null),
        };
    }

    YamlSequence ReadSequence(SequenceStart start)
    {
        List<YamlNode> items = [];
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
        {
            items.Add(ReadNode());
        }

        return new YamlSequence(_source, SpanTo(start), items);
    }

    YamlMapping ReadMapping(MappingStart start)
    {
        List<YamlEntry> entries = [];
        Dictionary<Value, int> places = [];
        List<YamlMapping>? merged = null;
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            YamlNode key = ReadNode();
            if (start.Style == MappingStyle.Block)
            {
                RefuseTab(key);
            }

            _parser.MoveNext();
            YamlNode value = ReadNode();
            if (key is YamlScalar { Text: "<<" } && key.AsText == "<<" && IsPlain(key))
            {
                (merged ??= []).AddRange(MergeSources(value));
                continue;
            }

            Put(entries, places, KeyOf(key), key, value);
        }

        Span span = SpanTo(start);
        return merged is null ? new YamlMapping(_source, span, entries) : Merge(span, entries, places, merged);
    }

    // The parser lets tabs indent; YAML (and PyYAML) do not.
    void RefuseTab(YamlNode key)
    {
        int at = Math.Min(key.Span.Offset, _source.Text.Length) - 1;
        bool tab = false;
        while (at >= 0 && (_source.Text[at] is ' ' or '\t'))
        {
            tab |= _source.Text[at--] == '\t';
        }

        if (tab && (at < 0 || _source.Text[at] is '\n' or '\r'))
        {
            throw Failure("a tab indents this line, where YAML takes spaces only", at + 1, null, "replace the tab by spaces");
        }
    }

    bool IsPlain(YamlNode key) => key.Span.Offset < _source.Text.Length && _source.Text[key.Span.Offset] == '<';

    void Put(List<YamlEntry> entries, Dictionary<Value, int> places, Value keyValue, YamlNode key, YamlNode value)
    {
        if (!places.TryAdd(keyValue, entries.Count))
        {
            int place = places[keyValue];
            _duplicates.Add(new DuplicateKey(keyValue.ToString(), entries[place].Key.Place("first here"), key.Place("again here")));
            entries[place] = new YamlEntry(key, keyValue, value);
            return;
        }

        entries.Add(new YamlEntry(key, keyValue, value));
    }

    Value KeyOf(YamlNode key) => key switch
    {
        YamlScalar scalar => scalar.Value,
        YamlMapping mapping when LooksLikeJinja(mapping) => throw Failure(
            "`{{ ... }}` is read as a YAML mapping here, because it is not quoted", key.Span.Offset, null,
            "put it in quotes: \"{{ ... }}\""),
        _ => throw Failure($"{key.KindWord} cannot be a key", key.Span.Offset, null),
    };

    static bool LooksLikeJinja(YamlMapping mapping) =>
        mapping.Source.Text.AsSpan(mapping.Span.Offset).StartsWith("{", StringComparison.Ordinal);

    IEnumerable<YamlMapping> MergeSources(YamlNode value) => value switch
    {
        YamlMapping mapping => [mapping],
        YamlSequence sequence => sequence.Items.Select(i =>
            i.AsMapping ?? throw Failure("`<<` merges mappings only", i.Span.Offset, null)),
        _ => throw Failure("`<<` merges a mapping or a list of mappings", value.Span.Offset, null),
    };

    YamlMapping Merge(Span span, List<YamlEntry> own, Dictionary<Value, int> places, List<YamlMapping> merged)
    {
        // Merged keys come first, as PyYAML flattens them; own keys win, then earlier sources.
        List<YamlEntry> all = [];
        HashSet<Value> seen = [];
        foreach (YamlMapping source in merged)
        {
            foreach (YamlEntry entry in source.Entries)
            {
                if (seen.Add(entry.KeyValue))
                {
                    all.Add(places.TryGetValue(entry.KeyValue, out int place) ? own[place] : entry);
                }
            }
        }

        all.AddRange(own.Where(entry => seen.Add(entry.KeyValue)));
        return new YamlMapping(_source, span, all);
    }

    Span SpanOf(ParsingEvent at)
    {
        int start = OffsetOf(at.Start);
        return Span.Between(start, Math.Max(start, OffsetOf(at.End)));
    }

    Span SpanTo(ParsingEvent start)
    {
        int offset = OffsetOf(start.Start);
        return Span.Between(offset, Math.Max(offset, OffsetOf(_parser.Current?.End ?? start.End)));
    }

    int OffsetOf(Mark mark) => (int)Math.Clamp(mark.Index, 0, _source.Text.Length);

    GildException Failure(string message, int offset, Exception? inner, string? help = null)
    {
        int length = offset < _source.Text.Length ? 1 : 0;
        string? hint = help ?? HintAt(offset);
        return new GildException(DbtKinds.Parsing,
            new Diagnostic("P0301", Severity.Error, message)
            {
                Labels = [new Label(_source, new Span(offset, length))],
                Help = hint is null ? [] : [hint],
            },
            inner);
    }

    string? HintAt(int offset)
    {
        string line = _source.LineAt(Math.Min(offset, _source.Text.Length));
        int value = line.IndexOf(": {{", StringComparison.Ordinal);
        if (value < 0)
        {
            value = line.IndexOf("- {{", StringComparison.Ordinal);
        }

        if (value >= 0)
        {
            return $"quote the template: \"{line[(value + 2)..].Trim()}\"";
        }

        return line.Contains('\t', StringComparison.Ordinal) && line.TrimStart(' ').StartsWith('\t')
            ? "YAML is indented with spaces; this line begins with a tab"
            : null;
    }

    static string Explain(YamlException e)
    {
        string message = e.InnerException is YamlException inner ? inner.Message : e.Message;
        int place = message.IndexOf("): ", StringComparison.Ordinal);
        StringBuilder text = new(place >= 0 ? message[(place + 3)..] : message);
        if (text.Length > 0)
        {
            text[0] = char.ToLowerInvariant(text[0]);
        }

        return "invalid YAML: " + text.ToString().TrimEnd('.');
    }
}
