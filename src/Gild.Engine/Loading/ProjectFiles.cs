using System.Security.Cryptography;
using System.Text;
using Gild.Jinja.Diagnostics;

namespace Gild.Engine.Loading;

/// <summary>What a file of a project is, by its folder and its extension.</summary>
public enum FileKind
{
    Macro,
    GenericTest,
    Model,
    Snapshot,
    Analysis,
    SingularTest,
    Seed,
    Docs,
    Properties,
    Fixture,
    Function,
}

/// <summary>A file of a project. Paths use <c>/</c>.</summary>
/// <param name="SearchedPath">The configured folder in which it was found, e.g. <c>models</c>.</param>
/// <param name="RelativePath">Below that folder.</param>
/// <param name="FullPath">Absolute.</param>
public sealed record ProjectFile(ProjectPackage Package, FileKind Kind, string SearchedPath, string RelativePath, string FullPath)
{
    /// <summary>Relative to the project.</summary>
    public string OriginalPath => SearchedPath + "/" + RelativePath;

    /// <summary>The file's name without its extension.</summary>
    public string BaseName => Path.GetFileNameWithoutExtension(RelativePath);
}

/// <summary>A file's text as dbt keeps it: trimmed, with its checksum.</summary>
/// <param name="Source">The trimmed text; lines count from where it starts in the file.</param>
/// <param name="Checksum">SHA-256 of the trimmed text, lower-case hex.</param>
public sealed record FileText(SourceText Source, string Checksum);

/// <summary>Finds the files of a package in one walk over its folders.</summary>
public static class ProjectFiles
{
    /// <summary>Files of more bytes than this are not hashed when they are seeds.</summary>
    public const long LargeSeed = 1024 * 1024;

    static readonly EnumerationOptions Walk = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>All files that dbt would look at, by kind and path.</summary>
    public static IReadOnlyList<ProjectFile> Find(ProjectPackage package)
    {
        ProjectConfig config = package.Config;
        IgnorePatterns? ignore = ConfigFile.ReadText(Path.Combine(package.RootDirectory, ".dbtignore")) is { } text ? new IgnorePatterns(text) : null;
        Dictionary<string, List<(string Relative, string Full)>> walks = new(StringComparer.Ordinal);
        List<ProjectFile> files = [];
        string[] all = [.. config.ModelPaths.Concat(config.SeedPaths).Concat(config.SnapshotPaths).Concat(config.AnalysisPaths)
            .Concat(config.MacroPaths).Concat(config.TestPaths).Concat(config.FunctionPaths).Select(p => p.TrimEnd('/')).Distinct()];

        Collect(FileKind.Macro, config.MacroPaths, ".sql");
        Collect(FileKind.GenericTest, config.TestPaths.Select(p => p.TrimEnd('/') + "/generic"), ".sql");
        Collect(FileKind.Model, config.ModelPaths, ".sql", ".py");
        Collect(FileKind.Snapshot, config.SnapshotPaths, ".sql");
        Collect(FileKind.Analysis, config.AnalysisPaths, ".sql");
        Collect(FileKind.SingularTest, config.TestPaths, ".sql");
        Collect(FileKind.Seed, config.SeedPaths, ".csv");
        Collect(FileKind.Docs, config.DocsPaths ?? all, ".md");
        Collect(FileKind.Properties, all, ".yml", ".yaml");
        Collect(FileKind.Fixture, config.TestPaths.Select(p => p.TrimEnd('/') + "/fixtures"), ".csv", ".sql");
        Collect(FileKind.Function, config.FunctionPaths, ".sql", ".py");
        return files;

        void Collect(FileKind kind, IEnumerable<string> folders, params ReadOnlySpan<string> extensions)
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            foreach (string folder in folders.Select(f => f.TrimEnd('/')).Distinct())
            {
                foreach ((string relative, string full) in WalkOf(walks, package.RootDirectory, folder))
                {
                    if (HasExtension(relative, extensions) && !IsHidden(relative)
                        && !(kind == FileKind.SingularTest && (relative.StartsWith("generic/", StringComparison.Ordinal) || relative.StartsWith("fixtures/", StringComparison.Ordinal)))
                        && ignore?.IsIgnored(folder + "/" + relative) != true && seen.Add(full))
                    {
                        files.Add(new ProjectFile(package, kind, folder, relative, full));
                    }
                }
            }
        }
    }

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="GildException">When it cannot be read or is not UTF-8.</exception>
    public static FileText Read(ProjectFile file)
    {
        string text = Decode(file, ReadBytes(file));
        int start = 0;
        while (start < text.Length && IsPythonSpace(text[start]))
        {
            start++;
        }

        int end = text.Length;
        while (end > start && IsPythonSpace(text[end - 1]))
        {
            end--;
        }

        string trimmed = text[start..end];
        string checksum = Hash(trimmed);
        SourceText whole = new(file.OriginalPath, text);
        LinePosition first = start == 0 ? new LinePosition(1, 1) : whole.PositionOf(start);
        string code = trimmed.Length > 0 && trimmed[0] == '\uFEFF' ? trimmed[1..] : trimmed;
        return new FileText(new SourceText(file.OriginalPath, code, first.Line, first.Column), checksum);
    }

    /// <summary>Name and value of a seed's checksum: its trimmed text, or its path when it is large.</summary>
    public static (string Name, string Value) SeedChecksum(ProjectFile file)
    {
        if (new FileInfo(file.FullPath).Length > LargeSeed)
        {
            return ("path", file.OriginalPath);
        }

        string text = Decode(file, ReadBytes(file));
        return ("sha256", Hash(text.AsSpan().Trim(PythonSpaces.AsSpan())));
    }

    static byte[] ReadBytes(ProjectFile file)
    {
        try
        {
            return File.ReadAllBytes(file.FullPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GildException(DbtKinds.Parsing, "P0302", $"cannot read {file.OriginalPath}: {e.Message}");
        }
    }

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    static string Decode(ProjectFile file, byte[] bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new GildException(DbtKinds.Parsing, "P0305", $"{file.OriginalPath} is not UTF-8: byte {e.Index} cannot be read",
                "save the file as UTF-8");
        }
    }

    static string Hash(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        int length = Encoding.UTF8.GetBytes(text, bytes);
        return Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, length)));
    }

    // What Python's str.strip() takes off.
    const string PythonSpaces = "\t\n\v\f\r \u001c\u001d\u001e\u001f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

    static bool IsPythonSpace(char c) => c <= ' ' ? c is '\t' or '\n' or '\v' or '\f' or '\r' or ' ' or (>= '\u001c' and <= '\u001f') : c >= '\u0085' && PythonSpaces.Contains(c, StringComparison.Ordinal);

    static List<(string Relative, string Full)> WalkOf(Dictionary<string, List<(string, string)>> walks, string root, string folder)
    {
        if (walks.TryGetValue(folder, out List<(string, string)>? known))
        {
            return known;
        }

        string top = Path.GetFullPath(folder, root);
        List<(string Relative, string Full)> found = [];
        if (Directory.Exists(top))
        {
            foreach (string path in Directory.EnumerateFiles(top, "*", Walk))
            {
                found.Add((Path.GetRelativePath(top, path).Replace('\\', '/'), path));
            }

            found.Sort((a, b) => string.CompareOrdinal(a.Relative, b.Relative));
        }

        walks[folder] = found;
        return found;
    }

    static bool HasExtension(string path, ReadOnlySpan<string> extensions)
    {
        foreach (string extension in extensions)
        {
            if (path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // dbt leaves out files whose names begin with '.', '#' or '~' (editors' own).
    static bool IsHidden(string path)
    {
        char first = path[path.LastIndexOf('/') + 1];
        return first is '.' or '#' or '~';
    }
}
