using System.Reflection;
using System.Text;
using Gild.Engine.Adapters;

namespace Gild.Adapters;

/// <summary>The macro packages inside this assembly: resources named <c>macros/PACKAGE/PATH.sql</c>.</summary>
static class EmbeddedMacros
{
    const string Root = "macros/";

    /// <summary>The files of one package, in the order of their names.</summary>
    internal static MacroPackage Package(string name)
    {
        Assembly assembly = typeof(EmbeddedMacros).Assembly;
        string prefix = $"{Root}{name}/";
        List<KeyValuePair<string, string>> files = [];
        foreach (string resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            // The build writes the folder's separator of the machine it ran on.
            string path = resource.Replace('\\', '/');
            if (path.StartsWith(prefix, StringComparison.Ordinal))
            {
                files.Add(KeyValuePair.Create(Root + path[prefix.Length..], Read(assembly, resource)));
            }
        }

        return new MacroPackage(name, files);
    }

    static unsafe string Read(Assembly assembly, string resource)
    {
        using Stream stream = assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"resource {resource} is missing");
        if (stream is UnmanagedMemoryStream memory)
        {
            return Encoding.UTF8.GetString(memory.PositionPointer, checked((int)memory.Length));
        }

        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
