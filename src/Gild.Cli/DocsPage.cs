using Gild.Engine;

namespace Gild.Cli;

/// <summary>The page that shows manifest and catalog.</summary>
static class DocsPage
{
    public static Stream Open() => typeof(DocsPage).Assembly.GetManifestResourceStream("docs/index.html")
        ?? throw new InvalidOperationException("the page is not embedded");
}

/// <summary>Puts the page beside the catalog when that has been written, as <c>docs generate</c> does.</summary>
sealed class DocsPageReporter : IReporter
{
    const string CatalogFile = "catalog.json";

    public void Report(RunEvent runEvent)
    {
        if (runEvent is FileWritten { Path: var path } && Path.GetFileName(path) == CatalogFile)
        {
            using Stream page = DocsPage.Open();
            using FileStream file = File.Create(Path.Combine(Path.GetDirectoryName(path)!, "index.html"));
            page.CopyTo(file);
        }
    }
}
