using System.Reflection;
using Gild.Adapters.Aws;

namespace DbtRunner;

/// <summary>Puts the project's documentation where <c>GILD_DOCS_URI</c> says: the page and the two files that it loads.</summary>
static class DocumentationUpload
{
    public static void Run(RunnerSettings settings, AwsRequests aws, RunStore state)
    {
        RunStore store = settings.DocsPlace is { } place ? RunStore.Open(place, aws, settings.Variable) : state;
        string prefix = settings.DocsPlace is null ? "docs/" : "";
        using Stream page = Assembly.GetExecutingAssembly().GetManifestResourceStream("docs/index.html")
            ?? throw new InvalidOperationException("the documentation's page is missing from the program");
        using MemoryStream content = new();
        page.CopyTo(content);
        store.Put($"{prefix}index.html", content.ToArray());
        foreach (string name in (string[])["manifest.json", "catalog.json"])
        {
            string path = Path.Combine(settings.TargetPath, name);
            if (File.Exists(path))
            {
                store.Put(prefix + name, File.ReadAllBytes(path));
            }
        }
    }
}
