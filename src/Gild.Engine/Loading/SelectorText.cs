using System.Globalization;
using System.Text.RegularExpressions;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>One selection criterion as text: <c>@name</c>, <c>2+tag:x+1</c>, <c>config.materialized:table</c>.</summary>
/// <param name="Method">The method's name: <c>fqn</c> unless it is written, or the value looks like a path or file.</param>
/// <param name="Arguments">What follows the method after dots.</param>
public sealed partial record SelectorText(string Method, IReadOnlyList<string> Arguments, string Value)
{
    /// <summary>The names of methods.</summary>
    public static IReadOnlyList<string> Methods { get; } =
    [
        "fqn", "tag", "group", "access", "source", "path", "file", "package", "config", "test_name", "test_type",
        "resource_type", "state", "exposure", "metric", "result", "source_status", "version", "semantic_model", "saved_query", "unit_test",
    ];

    /// <summary><c>@</c>: also the parents of all children.</summary>
    public bool ChildrensParents { get; init; }

    public bool Parents { get; init; }

    /// <summary>Null: all the way.</summary>
    public int? ParentsDepth { get; init; }

    public bool Children { get; init; }

    public int? ChildrenDepth { get; init; }

    /// <summary>eager, cautious, buildable or empty; null for the command's.</summary>
    public string? IndirectSelection { get; init; }

    /// <exception cref="GildException">Runtime Error for <c>@</c> together with a plus at the end.</exception>
    public static SelectorText Read(string text)
    {
        Match match = Pattern().Match(text);
        (string method, IReadOnlyList<string> arguments) = MethodOf(match);
        SelectorText read = new(method, arguments, match.Groups["value"].Value)
        {
            ChildrensParents = match.Groups["around"].Success,
            Parents = match.Groups["parents"].Success,
            ParentsDepth = Depth(match, "parentsDepth"),
            Children = match.Groups["children"].Success,
            ChildrenDepth = Depth(match, "childrenDepth"),
        };
        return read is { ChildrensParents: true, Children: true }
            ? throw new GildException(DbtKinds.Runtime, "C0703", $"Invalid node spec {text} - \"@\" prefix and \"+\" suffix are incompatible")
            : read;
    }

    /// <summary>The same as dbt writes it into the manifest.</summary>
    public static DictValue ToDict(string text)
    {
        Match match = Pattern().Match(text);
        (string method, IReadOnlyList<string> arguments) = MethodOf(match);
        DictValue dict = new();
        if (match.Groups["around"].Success)
        {
            dict["childrens_parents"] = true;
        }

        if (match.Groups["parents"].Success)
        {
            dict["parents"] = true;
            Put("parents_depth", match.Groups["parentsDepth"].Value);
        }

        dict["method"] = string.Join('.', [method, .. arguments]);
        dict["value"] = match.Groups["value"].Value;
        if (match.Groups["children"].Success)
        {
            dict["children"] = true;
            Put("children_depth", match.Groups["childrenDepth"].Value);
        }

        return dict;

        void Put(string key, string depth)
        {
            if (depth.Length > 0)
            {
                dict[key] = depth;
            }
        }
    }

    static (string Method, IReadOnlyList<string> Arguments) MethodOf(Match match)
    {
        string value = match.Groups["value"].Value;
        string method = match.Groups["method"].Success ? match.Groups["method"].Value
            : value.Contains('/', StringComparison.Ordinal) || value.Contains('\\', StringComparison.Ordinal) ? "path"
            : IsFile(value) ? "file"
            : "fqn";
        string[] parts = method.Split('.');
        return (parts[0], parts[1..]);
    }

    static bool IsFile(string value) =>
        value.EndsWith(".sql", StringComparison.OrdinalIgnoreCase) || value.EndsWith(".py", StringComparison.OrdinalIgnoreCase) || value.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    static int? Depth(Match match, string group) =>
        int.TryParse(match.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int depth) ? depth : null;

    [GeneratedRegex(@"\A(?<around>@)?(?<parents>(?<parentsDepth>\d*)\+)?(?:(?<method>[\w.]+):)?(?<value>.*?)(?<children>\+(?<childrenDepth>\d*))?\z", RegexOptions.Singleline)]
    private static partial Regex Pattern();
}
