using System.Globalization;
using System.Text.RegularExpressions;
using Gild.Engine.Yaml;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>The version of dbt Core whose behaviour this engine has, and what projects say about it.</summary>
public static partial class DbtVersion
{
    /// <summary>What <c>dbt_version</c> shows and <c>require-dbt-version</c> is compared with.</summary>
    public const string Current = "1.11.14";

    static readonly Version Installed = new(1, 11, 14);

    /// <exception cref="GildException">When the project asks for a version that we are not.</exception>
    internal static void CheckRequirement(YamlMapping file, DictValue rendered, string project)
    {
        if (!rendered.TryGetValue("require-dbt-version", out Value required) || required.IsNone)
        {
            return;
        }

        YamlNode place = file.Find("require-dbt-version") ?? file;
        IEnumerable<string> parts = required.As<ListValue>() is { } list
            ? list.Elements.Select(e => e.ToString())
            : required.ToString().Split(',');
        foreach (string part in parts)
        {
            if (!Satisfies(part, place))
            {
                throw ConfigFile.Wrong(place,
                    $"this version of dbt is not supported with the '{project}' package: it requires {part.Trim()}, and this is {Current}",
                    "use another version of the package, or pass --no-version-check");
            }
        }
    }

    static bool Satisfies(string requirement, YamlNode place)
    {
        if (SpecPattern().Match(requirement.Trim()) is not { Success: true } match)
        {
            throw ConfigFile.Wrong(place, $"`{requirement}` is no version requirement", "write for example \">=1.8.0\"");
        }

        int Part(string name) => match.Groups[name].Success ? int.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture) : 0;
        int order = Installed.CompareTo(new Version(Part("major"), Part("minor"), Part("patch")));
        return match.Groups["op"].Value switch
        {
            ">=" => order >= 0,
            ">" => order > 0,
            "<=" => order <= 0,
            "<" => order < 0,
            _ => order == 0,
        };
    }

    [GeneratedRegex(@"^(?<op>=|>=|<=|>|<)?\s*v?(?<major>\d+)(?:\.(?<minor>\d+))?(?:\.(?<patch>\d+))?(?:[-.]?[a-zA-Z][\w.-]*)?(?:\+[\w.-]+)?\z")]
    private static partial Regex SpecPattern();
}
