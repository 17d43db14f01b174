using Gild.Jinja;

namespace Gild.Engine.Loading;

/// <summary>Finds and reads a project, its profile and its packages.</summary>
public static class ProjectLoader
{
    /// <param name="environment">With dbt's filters and the functions that need no project.</param>
    /// <exception cref="GildException">When there is nothing to go on with; warnings and further errors go to the bag.</exception>
    public static LoadedProject Load(LoadOptions options, JinjaEnvironment environment, DiagnosticBag bag) =>
        throw new NotImplementedException();
}
