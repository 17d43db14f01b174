using Gild.Jinja.Values;

namespace Gild.Engine.Adapters;

/// <summary>Makes an adapter from a profile's output (Jinja already rendered).</summary>
/// <param name="Type">The profile's <c>type</c>.</param>
/// <param name="Create">Reads the output; throws <see cref="AdapterException"/> naming the key that is missing or wrong.</param>
public sealed record AdapterFactory(string Type, Func<DictValue, AdapterEnvironment, Adapter> Create);

/// <summary>What an adapter may know of the run.</summary>
/// <param name="ProjectDirectory">The project, for messages; relative paths in a profile start at the working directory, as in dbt.</param>
public sealed record AdapterEnvironment(string ProjectDirectory, string ProfileName, string TargetName);

/// <summary>The adapters that a program was built with; composed in Main, so what is not named is trimmed.</summary>
public sealed class AdapterRegistry(params AdapterFactory[] factories)
{
    public IReadOnlyList<string> Types { get; } = [.. factories.Select(f => f.Type)];

    public AdapterFactory? Find(string type) => Array.Find(factories, f => string.Equals(f.Type, type, StringComparison.Ordinal));
}
