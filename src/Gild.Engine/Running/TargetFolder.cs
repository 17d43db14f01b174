using System.Text;
using Gild.Engine.Manifest;

namespace Gild.Engine.Running;

/// <summary>The target folder: compiled and executed SQL by package and file, artifacts at its root.</summary>
/// <param name="root">Absolute.</param>
public sealed class TargetFolder(string root)
{
    static readonly UTF8Encoding Utf8 = new(false);

    public string Root { get; } = root;

    public string PathOf(string name) => System.IO.Path.Combine(Root, name);

    /// <summary>Where a node's text stands below <c>compiled</c> or <c>run</c>; a file that holds many nodes is a folder.</summary>
    public static string RelativePath(string kind, CompilableNode node)
    {
        string path = System.IO.Path.GetFileName(node.Path) == System.IO.Path.GetFileName(node.OriginalFilePath)
            ? node.OriginalFilePath
            : System.IO.Path.Combine(node.OriginalFilePath, node.Path);
        return System.IO.Path.Combine(kind, node.PackageName, path);
    }

    /// <summary>Where that is seen from the project, which artifacts tell; the whole path when the target folder lies elsewhere.</summary>
    public string ProjectPath(string kind, CompilableNode node, string projectDirectory)
    {
        string path = PathOf(RelativePath(kind, node));
        string below = System.IO.Path.GetRelativePath(projectDirectory, path);
        return below.StartsWith("..", StringComparison.Ordinal) ? path : below;
    }

    public void Write(string kind, CompilableNode node, string text) => WriteText(RelativePath(kind, node), text);

    /// <summary>Writes a file below the target folder, whole or not at all.</summary>
    public void WriteText(string relative, string text) => WriteFile(PathOf(relative), stream => stream.Write(Utf8.GetBytes(text)));

    /// <summary>Writes beside the file and puts it in place in one step, so that a reader or a killed run never sees half of it.</summary>
    public static void WriteFile(string path, Action<Stream> write)
    {
        string folder = System.IO.Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        string temporary = System.IO.Path.Combine(folder, $".{System.IO.Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
            }

            File.Move(temporary, path, true);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // The system's limit on the size of files comes under this name.
            File.Delete(temporary);
            throw new IOException($"{path} cannot be written: {e.Message}", e);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
