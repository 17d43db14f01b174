using Gild.Engine.Yaml;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>Reads configuration files: text, YAML, and typed keys with messages that point at them.</summary>
static class ConfigFile
{
    /// <summary>The file's text as UTF-8 without a byte order mark; null when there is no such file.</summary>
    public static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GildException(DbtKinds.Runtime, "P0302", $"cannot read {path}: {e.Message}");
        }
    }

    /// <summary>A YAML file whose top is a mapping; null when it does not exist or is empty.</summary>
    public static YamlMapping? ReadMapping(string path, string shownAs, DiagnosticBag bag)
    {
        if (ReadText(path) is not { } text)
        {
            return null;
        }

        List<DuplicateKey> duplicates = [];
        YamlNode? node = Guard(() => YamlReader.Read(new SourceText(shownAs, text), duplicates));
        foreach (DuplicateKey duplicate in duplicates)
        {
            WarnDuplicate(bag, duplicate);
        }

        return node switch
        {
            null or YamlScalar { Value.IsNone: true } => null,
            YamlMapping mapping => mapping,
            _ => throw Wrong(node, $"{shownAs} does not parse to a dictionary: it holds {node.KindWord}"),
        };
    }

    public static void WarnDuplicate(DiagnosticBag bag, DuplicateKey duplicate) => bag.Add(
        new Diagnostic("P0303", Severity.Warning, $"the key `{duplicate.Key}` stands twice in one mapping; the later one counts")
        {
            Labels = [duplicate.Again, duplicate.First],
        }, "", "DuplicateYAMLKeysDeprecation");

    /// <summary>A Runtime Error that points at <paramref name="node"/>.</summary>
    public static GildException Wrong(YamlNode node, string message, params string[] help) =>
        new(DbtKinds.Runtime, new Diagnostic("P0304", Severity.Error, message) { Labels = [node.Place()], Help = help });

    /// <summary>A list of texts; a single text counts as a list where <paramref name="single"/> says so.</summary>
    public static IReadOnlyList<string>? TextList(YamlMapping file, DictValue rendered, string key, bool single = false)
    {
        if (!rendered.TryGetValue(key, out Value value) || value.IsNone)
        {
            return null;
        }

        YamlNode node = file.Find(key) ?? file;
        if (value.TryGetText(out string one))
        {
            return single ? [one] : throw Wrong(node, $"`{key}` must be a list", $"write [{one}]");
        }

        ListValue list = value.As<ListValue>() ?? throw Wrong(node, $"`{key}` must be a list, not {node.KindWord}");
        List<string> texts = [];
        foreach (Value element in list.Elements)
        {
            texts.Add(element.TryGetText(out string text) ? text : throw Wrong(node, $"`{key}` must be a list of texts; {element} is none"));
        }

        return texts;
    }

    public static string? Text(YamlMapping file, DictValue rendered, string key)
    {
        if (!rendered.TryGetValue(key, out Value value) || value.IsNone)
        {
            return null;
        }

        return value.TryGetText(out string text) ? text : throw Wrong(file.Find(key) ?? file, $"`{key}` must be a text");
    }

    public static DictValue Dict(YamlMapping file, DictValue rendered, string key)
    {
        if (!rendered.TryGetValue(key, out Value value) || value.IsNone)
        {
            return new DictValue();
        }

        YamlNode node = file.Find(key) ?? file;
        return value.As<DictValue>() ?? throw Wrong(node, $"`{key}` must be a mapping, not {node.KindWord}");
    }

    /// <summary>dbt calls broken YAML of a configuration file a Runtime Error.</summary>
    static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (GildException e)
        {
            throw new GildException(DbtKinds.Runtime, e.Diagnostic, e);
        }
    }
}
