using System.Text;
using Gild.Engine.Yaml;

namespace Gild.Engine.Loading;

/// <summary>
/// <c>deps --add-package NAME@VERSION</c>: writes the entry into packages.yml (or dependencies.yml, where the packages are) and
/// takes out the one of the same package. Everything else in the file, comments included, stays as it is.
/// </summary>
static class PackagesFile
{
    static readonly string[] Places = ["package", "git", "local", "tarball", "private"];

    /// <param name="root">Folder of the project.</param>
    /// <param name="package">NAME@VERSION; several versions are parted by commas.</param>
    /// <param name="source"><c>hub</c>, <c>git</c> or <c>local</c>.</param>
    /// <param name="bag">Takes what is wrong with the file.</param>
    /// <returns>What was done, for the user.</returns>
    /// <exception cref="GildException">No version, or a file that cannot be read as YAML or added to.</exception>
    public static string Add(string root, string package, string source, DiagnosticBag bag)
    {
        (string name, string? version) = Split(package);
        if (version is null && source != "local")
        {
            throw new GildException(
                DbtKinds.Usage, "C0724", $"`--add-package {package}` names no version", $"add it behind the name: --add-package {package}@1.0.0");
        }

        string file = FileOf(root, bag);
        string path = Path.Combine(root, file);
        YamlMapping? mapping = ConfigFile.ReadMapping(path, file, bag);
        string text = mapping?.Source.Text ?? (File.Exists(path) ? File.ReadAllText(path) : "");
        File.WriteAllText(path, With(text, mapping, EntryOf(name, version, source), name));
        return $"Added new package {name}{(version is null ? "" : "@" + version)} to {path}";
    }

    static string FileOf(string root, DiagnosticBag bag) =>
        !File.Exists(Path.Combine(root, "packages.yml"))
        && ConfigFile.ReadMapping(Path.Combine(root, "dependencies.yml"), "dependencies.yml", bag)?.Find("packages") is not null
            ? "dependencies.yml"
            : "packages.yml";

    // The @ of git@host: belongs to the name.
    static (string Name, string? Version) Split(string package)
    {
        int at = package.LastIndexOf('@');
        return at <= 0 || (at == 3 && package.StartsWith("git@", StringComparison.Ordinal)) || at == package.Length - 1
            ? (package.TrimEnd('@'), null)
            : (package[..at], package[(at + 1)..]);
    }

    static List<string> EntryOf(string name, string? version, string source)
    {
        List<string> lines = [$"{(source == "hub" ? "package" : source)}: {PackageInstaller.Quoted(name)}"];
        if (version is not null)
        {
            string[] versions = version.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            string shown = versions.Length == 1
                ? PackageInstaller.Quoted(versions[0])
                : $"[{string.Join(", ", versions.Select(v => $"\"{v}\""))}]";
            lines.Add($"{(source == "git" ? "revision" : "version")}: {shown}");
        }

        return lines;
    }

    static string With(string text, YamlMapping? mapping, List<string> entry, string name)
    {
        YamlNode? packages = mapping?.Find("packages");
        if (packages is null)
        {
            string start = text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";
            return start + "packages:\n" + Block(entry, "  ");
        }

        if (packages.IsNull || packages.AsSequence is { Items.Count: 0 })
        {
            // An empty list may be written as [] or not at all.
            int keyEnd = text.IndexOf(':', mapping!.FindKey("packages")!.Span.End) + 1;
            int end = Math.Max(keyEnd, packages.IsNull ? keyEnd : packages.Span.End);
            return text[..keyEnd] + "\n" + Block(entry, "  ") + text[Math.Min(text.Length, LineEnd(text, end))..];
        }

        YamlSequence list = packages.AsSequence ?? throw ConfigFile.Wrong(packages, "`packages` must be a list");
        if (text[list.Span.Offset] == '[')
        {
            throw ConfigFile.Wrong(list, "`packages` is written in brackets, to which --add-package adds nothing: write one package a line");
        }

        int first = ItemStart(text, list.Items[0]);
        string indent = text[first..text.IndexOf('-', first)];
        int last = LineEnd(text, EndOf(list.Items[^1]));
        StringBuilder changed = new(text[..last]);
        if (changed.Length > 0 && changed[^1] != '\n')
        {
            changed.Append('\n');
        }

        changed.Append(Block(entry, indent)).Append(text.AsSpan(last));
        for (int i = list.Items.Count - 1; i >= 0; i--)
        {
            if (IsSame(list.Items[i], name))
            {
                int from = ItemStart(text, list.Items[i]);
                changed.Remove(from, LineEnd(text, EndOf(list.Items[i])) - from);
            }
        }

        return changed.ToString();
    }

    static string Block(List<string> entry, string indent) =>
        $"{indent}- {string.Join($"\n{indent}  ", entry)}\n";

    /// <summary>The start of the line with an item's dash: its own, or one above when comments stand between.</summary>
    static int ItemStart(string text, YamlNode item)
    {
        int start = text.LastIndexOf('\n', item.Span.Offset) + 1;
        while (start > 0 && !text.AsSpan(start).TrimStart(' ').StartsWith("-"))
        {
            start = text.LastIndexOf('\n', Math.Max(start - 2, 0)) + 1;
        }

        return start;
    }

    /// <summary>Behind the line end of the line that holds an offset.</summary>
    static int LineEnd(string text, int offset)
    {
        int end = text.IndexOf('\n', Math.Min(offset, text.Length));
        return end < 0 ? text.Length : end + 1;
    }

    /// <summary>Where the last scalar in a node ends; the span of a block reaches to what follows it.</summary>
    static int EndOf(YamlNode node) => node switch
    {
        YamlMapping { Entries: [.., var last] } => EndOf(last.Value.IsNull ? last.Key : last.Value),
        YamlSequence { Items: [.., var last] } => EndOf(last),
        _ => node.Span.End,
    };

    // As dbt: the name, with or without its owner, with _ or -, standing between slashes and dots.
    static bool IsSame(YamlNode item, string name)
    {
        string? location = item.AsMapping is { } entry
            ? Places.Select(key => entry.Find(key)?.AsText).FirstOrDefault(text => text is not null)
            : null;
        if (location is null)
        {
            return false;
        }

        string named = Dashed(location);
        string[] wanted = [Dashed(name), Dashed(name[(name.LastIndexOf('/') + 1)..])];
        return wanted.Any(word => IsWordIn(named, word));
    }

    static string Dashed(string name) => name.Replace('_', '-');

    static bool IsWordIn(string text, string word)
    {
        for (int at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            int end = at + word.Length;
            if ((at == 0 || text[at - 1] is '/' or '.') && (end == text.Length || text[end] is '/' or '.'))
            {
                return true;
            }
        }

        return false;
    }
}
