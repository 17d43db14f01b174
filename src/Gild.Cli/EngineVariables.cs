namespace Gild.Cli;

/// <summary>
/// dbt's environment variables under both of their names: <c>DBT_X</c>, and since dbt 1.11 <c>DBT_ENGINE_X</c>. The newer name counts first, and
/// templates that ask for the one get what was set by the other.
/// </summary>
static class EngineVariables
{
    const string Prefix = "DBT_";

    // Variables that are no flags.
    static readonly string[] s_others =
    [
        "DBT_INVOCATION_ENV", "DBT_RECORDED_FILE_PATH", "DBT_TEST_STATE_MODIFIED", "DBT_PACKAGE_HUB_URL", "DBT_DOWNLOAD_DIR", "DBT_PP_FILE_DIFF_TEST",
        "DBT_PP_TEST", "DBT_SHOW_RESOURCE_REPORT",
    ];

    static readonly Lazy<HashSet<string>> s_known = new(() => [.. CommandTable.Variables, .. CommandTable.FormerVariables, .. s_others]);

    /// <summary>The name with <c>ENGINE</c> in it.</summary>
    public static string NewerName(string variable) => Flag.EnginePrefix + variable[Prefix.Length..];

    /// <summary>Whether dbt has a variable of this name, in the older form.</summary>
    public static bool IsKnown(string variable) => s_known.Value.Contains(variable);

    /// <summary>The variables, each of dbt's own reachable by both names.</summary>
    public static Func<string, string?> Of(Func<string, string?> environment) => name =>
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return environment(name);
        }

        string older = name.StartsWith(Flag.EnginePrefix, StringComparison.Ordinal) ? Prefix + name[Flag.EnginePrefix.Length..] : name;
        return IsKnown(older) ? environment(NewerName(older)) ?? environment(older) : environment(name);
    };
}
