using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>
/// <c>ref</c>, <c>source</c> and their like. In dbt they are objects that know the run's configuration, and packages read it
/// there: <c>builtins.ref.config.project_name</c>.
/// </summary>
sealed class ResolverFunction(string name, Function function, NodeContext owner) : JinjaObject
{
    public override string TypeName => "function";

    public override bool IsCallable => true;

    public override Value Call(RenderContext context, Arguments arguments) => function(context, arguments);

    public override bool TryGetAttribute(string attribute, out Value value)
    {
        value = attribute == "config" ? RuntimeConfig() : default(Value);
        return attribute == "config";
    }

    public override string ToRepr() => $"<function {name}>";

    RecordObject RuntimeConfig()
    {
        ContextProject project = owner.Factory.Project;
        DictValue dependencies = new();
        foreach ((string package, string? version) in project.PackageVersions)
        {
            dependencies[package] = new RecordObject("RuntimeConfig", new DictValue
            {
                ["project_name"] = package,
                ["version"] = version,
            });
        }

        return new RecordObject("RuntimeConfig", new DictValue
        {
            ["project_name"] = project.ProjectName,
            ["version"] = project.PackageVersions.GetValueOrDefault(project.ProjectName),
            ["project_root"] = project.RootDirectory,
            ["profile_name"] = project.ProfileName,
            ["target_name"] = project.TargetName,
            ["threads"] = (long)owner.Adapter.Target.Threads,
            ["credentials"] = owner.Factory.Target,
            ["dependencies"] = dependencies,
            ["args"] = new RecordObject("Flags", owner.Invocation.ArgumentsDict()),
            ["cli_vars"] = project.Vars.CommandLine,
            ["vars"] = new RecordObject("VarProvider", project.Vars.OfRoot),
        });
    }
}
