using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace DbtRunner;

/// <summary>
/// Tells one version of a project, and of the runner, from another: the names and contents of the files that a run depends on. What a run
/// finished with one version is not silently taken for the work of the next.
/// </summary>
static class ProjectFingerprint
{
    static readonly string[] s_kinds = [".sql", ".yml", ".yaml", ".csv", ".py"];

    /// <param name="project">The folder of dbt_project.yml.</param>
    /// <param name="apart">Folders that the run itself writes to.</param>
    public static string Of(string project, params string[] apart)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(RunnerVersion));
        string[] skipped = [.. apart.Select(f => Path.TrimEndingDirectorySeparator(Path.GetFullPath(f)) + Path.DirectorySeparatorChar)];
        EnumerationOptions everywhere = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };
        IEnumerable<string> files = Directory.EnumerateFiles(project, "*", everywhere)
            .Where(f => s_kinds.Contains(Path.GetExtension(f)) && !Array.Exists(skipped, s => f.StartsWith(s, StringComparison.Ordinal)));
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            byte[] content = File.ReadAllBytes(file);
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{Path.GetRelativePath(project, file)}\n{content.Length}\n"));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    static string RunnerVersion => Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
