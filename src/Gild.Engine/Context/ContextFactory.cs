using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>Decides which names exist in which phase of a run. One per invocation, for all threads.</summary>
public sealed partial class ContextFactory(
    ContextProject project, MacroNamespace macros, JinjaEnvironment environment, Adapter adapter, InvocationState invocation)
{
    public ContextProject Project { get; } = project;

    public MacroNamespace Macros { get; } = macros;

    public JinjaEnvironment Environment { get; } = environment;

    public Adapter Adapter { get; } = adapter;

    public InvocationState Invocation { get; } = invocation;

    /// <summary>
    /// Names for a node's code while parsing: <c>execute</c> is false; refs, sources, configs and macro calls go to
    /// <paramref name="recorder"/>.
    /// </summary>
    public Globals ForParse(CompilableNode node, ParseRecorder recorder) =>
        throw new NotSupportedException($"{node.UniqueId} {recorder.Refs.Count}");

    /// <summary>Names for property files: vars, env_var, target, no macros.</summary>
    /// <param name="package">The package whose file it is: its vars apply.</param>
    public Globals ForSchemaYaml(string package) => throw new NotSupportedException(package);

    /// <summary>Names for texts of generic test arguments and unit test inputs: schema YAML names and ref, source of the recorder's node.</summary>
    public Globals ForTestArguments(string package, ParseRecorder recorder) => throw new NotSupportedException(package + recorder);

    /// <summary>Names for descriptions: <c>doc()</c> only.</summary>
    /// <param name="findDoc">Finds a docs block by optional package and name, seen from the file's package; null when absent.</param>
    public Globals ForDescriptions(string package, Func<string?, string, string?> findDoc) => throw new NotSupportedException(package + findDoc);

    /// <summary>The schema of a node, by <c>generate_schema_name</c> as the root project may override it.</summary>
    public string GenerateSchemaName(string? customName, CompilableNode node) => throw new NotSupportedException(customName + node.UniqueId);

    public string GenerateAliasName(string? customName, CompilableNode node) => throw new NotSupportedException(customName + node.UniqueId);

    public string? GenerateDatabaseName(string? customName, CompilableNode node) => throw new NotSupportedException(customName + node.UniqueId);

    /// <summary>Names for configuration files (dbt_project.yml, packages.yml, selectors.yml): var of the command line, env_var, target.</summary>
    public static Globals ForConfiguration(InvocationState invocation, DictValue cliVars, DictValue? target) =>
        throw new NotSupportedException(invocation.InvocationId + cliVars.Count + target?.Count);

    /// <summary>Names for profiles.yml: var of the command line, env_var (secrets too).</summary>
    public static Globals ForProfile(InvocationState invocation, DictValue cliVars) =>
        throw new NotSupportedException(invocation.InvocationId + cliVars.Count);
}
