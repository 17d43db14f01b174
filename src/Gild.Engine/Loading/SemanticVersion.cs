using System.Globalization;
using System.Text.RegularExpressions;

namespace Gild.Engine.Loading;

/// <summary>A version <c>1.2.3-rc1</c>, ordered by its numbers, a pre-release before its release.</summary>
sealed partial record SemanticVersion(int Major, int Minor, int Patch, string Prerelease) : IComparable<SemanticVersion>
{
    public static SemanticVersion? TryParse(string text) => Pattern().Match(text.Trim()) is { Success: true } match
        ? new SemanticVersion(Number(match, "major"), Number(match, "minor"), Number(match, "patch"), match.Groups["pre"].Value)
        : null;

    /// <summary>Whether this version meets a requirement such as <c>&gt;=1.0.0</c> or <c>1.1.1</c>.</summary>
    public bool Meets(string requirement)
    {
        string text = requirement.Trim();
        string op = text.StartsWith(">=", StringComparison.Ordinal) || text.StartsWith("<=", StringComparison.Ordinal) ? text[..2]
            : text.Length > 0 && text[0] is '>' or '<' or '=' ? text[..1]
            : "";
        if (TryParse(text[op.Length..]) is not { } wanted)
        {
            return false;
        }

        int order = CompareTo(wanted);
        return op switch
        {
            ">=" => order >= 0,
            "<=" => order <= 0,
            ">" => order > 0,
            "<" => order < 0,
            _ => order == 0,
        };
    }

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        int order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return order != 0 ? order
            : Prerelease == other.Prerelease ? 0
            : Prerelease.Length == 0 ? 1
            : other.Prerelease.Length == 0 ? -1
            : string.CompareOrdinal(Prerelease, other.Prerelease);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}") + (Prerelease.Length > 0 ? "-" + Prerelease : "");

    static int Number(Match match, string group) =>
        int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    [GeneratedRegex(@"^v?(?<major>\d+)(?:\.(?<minor>\d+))?(?:\.(?<patch>\d+))?(?:[-.]?(?<pre>[a-zA-Z][\w.-]*))?(?:\+[\w.-]+)?\z")]
    private static partial Regex Pattern();
}
