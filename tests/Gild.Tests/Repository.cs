namespace Gild.Tests;

/// <summary>Where the checkout is, found from the test program upwards.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder of the checkout.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The folder of recorded cases that may lie beside the checkout, or null on a machine without it.</summary>
    public static string? Corpora
    {
        get
        {
            string beside = Path.Combine(Root, "..", "shared", "corpora");
            return Directory.Exists(beside) ? Path.GetFullPath(beside) : null;
        }
    }

    static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Gild.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests must run from inside the checkout");
    }
}
