using Gild.Engine.Manifest;

namespace Gild.Engine.Graph;

/// <summary>Chooses nodes by dbt's selection syntax.</summary>
public static class Selector
{
    /// <summary>Unique ids of what is selected, tests included by the rules of indirect selection.</summary>
    /// <exception cref="GildException">For an unknown method, selector, or a method whose inputs were not given.</exception>
    public static IReadOnlySet<string> Select(ProjectManifest manifest, Dag dag, SelectionOptions options) =>
        throw new NotImplementedException();
}
