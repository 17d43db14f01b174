using System.Reflection;
using System.Text;
using Gild.Engine.Adapters;

namespace Gild.Engine.Parsing;

/// <summary>The macros of package <c>dbt</c>, which every project may call and override; resources of this assembly.</summary>
static class EmbeddedMacros
{
    const string Root = "macros/dbt/";

    static MacroPackage? _package;

    public static MacroPackage Package => _package ??= Read();

    static MacroPackage Read()
    {
        Assembly assembly = typeof(EmbeddedMacros).Assembly;
        List<KeyValuePair<string, string>> files = [];
        foreach (string resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            // The build writes the folder's separator of the machine it ran on.
            string path = resource.Replace('\\', '/');
            if (path.StartsWith(Root, StringComparison.Ordinal))
            {
                using Stream stream = assembly.GetManifestResourceStream(resource)!;
                using StreamReader reader = new(stream, Encoding.UTF8);
                files.Add(KeyValuePair.Create("macros/" + path[Root.Length..], reader.ReadToEnd()));
            }
        }

        return new MacroPackage("dbt", files);
    }
}
