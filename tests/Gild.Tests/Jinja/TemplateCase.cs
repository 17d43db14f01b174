using System.Text;
using System.Text.Json;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;
using Gild.JinjaCases;

namespace Gild.Tests.Jinja;

/// <summary>
/// One file of tests/corpus/jinja: what it shows, options, a template, a context, and the output or the diagnostic.
/// <code>
/// # what this case shows
/// # options: strict return trim_blocks lstrip_blocks keep_trailing_newline chainable loopcontrols
/// -- template --
/// -- context --     (JSON; optional)
/// -- output --      (or: -- error --, the rendered diagnostic)
/// </code>
/// The line end before the next section belongs to the file, not to the text.
/// </summary>
sealed class TemplateCase
{
    static readonly HostBlock[] HostBlocks =
    [
        new("materialization", HostBlockBody.Named),
        new("test", HostBlockBody.MacroLike),
        new("snapshot", HostBlockBody.Template),
        new("docs", HostBlockBody.Raw),
    ];

    readonly string _path;
    readonly List<string> _comments = [];
    readonly Dictionary<string, string> _sections = new(StringComparer.Ordinal);

    TemplateCase(string path) => _path = path;

    public static TemplateCase Read(string path)
    {
        TemplateCase result = new(path);
        string? section = null;
        StringBuilder text = new();
        foreach (string line in File.ReadAllText(path).Split('\n'))
        {
            if (line.StartsWith("-- ", StringComparison.Ordinal) && line.EndsWith(" --", StringComparison.Ordinal))
            {
                result.Close(section, text);
                section = line[3..^3];
                text.Clear();
            }
            else if (section is null)
            {
                result._comments.Add(line);
            }
            else
            {
                text.Append(line).Append('\n');
            }
        }

        // The file's last line end is not a line of its own.
        if (text.Length > 0)
        {
            text.Length--;
        }

        result.Close(section, text);
        return result;
    }

    void Close(string? section, StringBuilder text)
    {
        if (section is not null)
        {
            _sections[section] = text.Length > 0 && text[^1] == '\n' ? text.ToString(0, text.Length - 1) : text.ToString();
        }
    }

    public bool ExpectsError => _sections.ContainsKey("error");

    public string Expected => _sections.TryGetValue("output", out string? output)
        ? output
        : _sections.GetValueOrDefault("error", "(no expectation)");

    /// <summary>Renders; the second part of the result says whether it failed.</summary>
    public (string Text, bool Failed) Run()
    {
        HashSet<string> words = [.. _comments
            .Where(comment => comment.StartsWith("# options:", StringComparison.Ordinal))
            .SelectMany(comment => comment["# options:".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        JinjaEnvironment environment = new(new JinjaOptions
        {
            Undefined = words.Contains("strict") ? UndefinedBehavior.Strict
                : words.Contains("chainable") ? UndefinedBehavior.Chainable
                : UndefinedBehavior.Lenient,
            ReturnFunction = words.Contains("return"),
            LoopControls = words.Contains("loopcontrols"),
            TrimBlocks = words.Contains("trim_blocks"),
            LstripBlocks = words.Contains("lstrip_blocks"),
            KeepTrailingNewline = words.Contains("keep_trailing_newline"),
            HostBlocks = words.Contains("return") ? HostBlocks : [],
        });
        try
        {
            SourceText source = new("models/case.sql", _sections["template"]);
            return (environment.Compile(source).Render(new DictionaryGlobals(Context()), Xunit.TestContext.Current.CancellationToken), false);
        }
        catch (JinjaException e)
        {
            return (DiagnosticText.Full(e.ToDiagnostic()), true);
        }
    }

    Dictionary<string, Value> Context()
    {
        if (!_sections.TryGetValue("context", out string? json))
        {
            return [];
        }

        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(
            property => property.Name, property => CaseRunner.ValueOf(property.Value), StringComparer.Ordinal);
    }

    /// <summary>Writes the file again with <paramref name="text"/> as its expectation.</summary>
    public void Rewrite(string text, bool failed)
    {
        StringBuilder file = new();
        file.AppendJoin('\n', _comments).Append('\n');
        foreach ((string section, string content) in _sections.Where(pair => pair.Key is not ("output" or "error")))
        {
            file.Append("-- ").Append(section).Append(" --\n").Append(content).Append('\n');
        }

        file.Append(failed ? "-- error --\n" : "-- output --\n").Append(text).Append('\n');
        File.WriteAllText(_path, file.ToString());
    }
}
