using System.Collections.Concurrent;
using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>Decides which names exist in which phase of a run. One per invocation, for all threads.</summary>
public sealed class ContextFactory(
    ContextProject project, MacroNamespace macros, JinjaEnvironment environment, Adapter adapter, InvocationState invocation)
{
    readonly ConcurrentDictionary<string, Template> _texts = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<CompilableNode, Template> _templates = new();
    Value _target;

    public ContextProject Project { get; } = project;

    public MacroNamespace Macros { get; } = macros;

    public JinjaEnvironment Environment { get; } = environment;

    /// <summary>
    /// For rendering with <c>execute = true</c>: there an undefined name that is called or looked into is an error, while
    /// parsing lets it pass.
    /// </summary>
    public JinjaEnvironment RunEnvironment { get; } = TemplateEnvironment.Create(UndefinedBehavior.Lenient);

    public Adapter Adapter { get; } = adapter;

    public InvocationState Invocation { get; } = invocation;

    /// <summary>The <c>target</c> variable: what the profile's output may show, never a secret.</summary>
    public Value Target => _target.IsUndefined ? _target = MakeTarget() : _target;

    DictValue MakeTarget()
    {
        DictValue target = new();
        foreach ((string key, Value value) in Adapter.Target.Visible)
        {
            target[key] = value;
        }

        target["type"] = Adapter.Target.Type;
        target["threads"] = Value.From((long)Adapter.Target.Threads);
        target["name"] = Project.TargetName;
        target["target_name"] = Project.TargetName;
        target["profile_name"] = Project.ProfileName;
        target["database"] = Adapter.Target.Database;
        target["dbname"] = Adapter.Target.Database;
        target["schema"] = Adapter.Target.Schema;
        return target;
    }

    /// <summary>
    /// Names for a node's code while parsing: <c>execute</c> is false; refs, sources, configs and macro calls go to
    /// <paramref name="recorder"/>.
    /// </summary>
    public Globals ForParse(CompilableNode node, ParseRecorder recorder) =>
        new NodeContext(this, node.PackageName, node) { Recorder = recorder };

    /// <summary>Names for parsing a generic test, which sees those macros alone that <paramref name="visible"/> holds.</summary>
    public Globals ForParse(TestNode test, ParseRecorder recorder, IReadOnlySet<string> visible) =>
        new NodeContext(this, test.PackageName, test) { Recorder = recorder, Visible = visible };

    /// <summary>Names for property files: vars, env_var, target, no macros.</summary>
    /// <param name="package">The package whose file it is: its vars apply.</param>
    public Globals ForSchemaYaml(string package) => new YamlGlobals(this, package);

    /// <summary>Names for texts of generic test arguments and unit test inputs: schema YAML names and ref, source of the recorder's node.</summary>
    public Globals ForTestArguments(string package, ParseRecorder recorder) =>
        new NodeContext(this, package, null) { Recorder = recorder };

    /// <summary>Names for descriptions: those of schema YAML and <c>doc()</c>.</summary>
    /// <param name="findDoc">Finds a docs block by optional package and name, seen from the file's package; null when absent.</param>
    public Globals ForDescriptions(string package, Func<string?, string, string?> findDoc) => new YamlGlobals(this, package, findDoc);

    /// <summary>Names for compiling and running a node, or an operation without one.</summary>
    public NodeContext ForRun(
        CompilableNode? node, string package, RunState run, WarehouseSession? session, UnitTestOverrides? overrides = null, EventTimeWindow? window = null) =>
        new(this, package, node)
        {
            Run = run,
            Session = session,
            Overrides = overrides,
            EventTime = window,
            EmptyRefs = Invocation.Flag("EMPTY"),
        };

    /// <summary>The schema of a node, by <c>generate_schema_name</c> as the project may override it.</summary>
    public string GenerateSchemaName(string? customName, CompilableNode node) =>
        GenerateName("generate_schema_name", "custom_schema_name", customName, node) ?? Adapter.Target.Schema;

    public string GenerateAliasName(string? customName, CompilableNode node) =>
        GenerateName("generate_alias_name", "custom_alias_name", customName, node) ?? node.Name;

    public string? GenerateDatabaseName(string? customName, CompilableNode node) =>
        GenerateName("generate_database_name", "custom_database_name", customName, node);

    string? GenerateName(string macro, string parameter, string? customName, CompilableNode node)
    {
        // dbt looks in the node's own package only where it is the root, else in the root, then among its own macros.
        MacroNode? found = Macros.TryFindInPackage(Macros.RootPackage, macro, out MacroNode own) ? own
            : Macros.TryFindInPackage(node.PackageName, macro, out MacroNode packaged) ? packaged
            : Macros.TryFindInPackage(MacroNamespace.InternalNamespace, macro, out MacroNode builtIn) ? builtIn
            : null;
        if (found is null)
        {
            throw new GildException(DbtKinds.Compilation, "P0450", $"No {macro} macro found");
        }

        using RenderContext context = new(Environment);
        NodeContext names = new(this, node.PackageName, node) { Recorder = new ParseRecorder(), RequiresVars = true };
        Value name = names.Invoke(found, context, new Arguments([customName, NodeView.Of(node, null)]));
        if (name.IsNone || name.IsUndefined)
        {
            return null;
        }

        string text = name.ToString().Trim();
        return text.Length == 0 && parameter != "custom_database_name" ? text : text;
    }

    /// <summary>The compiled template of a node's code.</summary>
    public Template TemplateOf(CompilableNode node) => _templates.GetOrAdd(node, static (n, environment) => environment.Compile(n.Source), Environment);

    /// <summary>Compiles a text that is no file (a hook, a rendered argument); the same text is compiled once.</summary>
    public Template CompileText(string text, string name) =>
        _texts.GetOrAdd(name + "\0" + text, _ => Environment.Compile(new SourceText(name, text)));

    /// <summary>Names for configuration files (dbt_project.yml, packages.yml, selectors.yml): var of the command line, env_var, target.</summary>
    sealed class YamlGlobals(ContextFactory factory, string package, Func<string?, string, string?>? findDoc = null) : Globals
    {
        static readonly string[] Known = ["var", "env_var", "target", "project_name", "dbt_version", "execute", "flags", "invocation_id", "run_started_at", "builtins", "doc"];

        public override bool TryGet(string name, out Value value)
        {
            value = name switch
            {
                "var" => new FunctionValue("var", Var),
                "env_var" => factory.Project.Environment.Function(false),
                "target" => factory.Target,
                "project_name" => factory.Project.ProjectName,
                "dbt_version" => InvocationState.DbtVersion,
                "execute" => false,
                "flags" => new FlagsObject(factory.Invocation),
                "invocation_id" => factory.Invocation.InvocationId,
                "run_started_at" => DateTimeValue.FromUtc(factory.Invocation.StartedAt),
                "log" or "print" => new FunctionValue(name, (_, a) =>
                {
                    factory.Invocation.Report(new LogLine(LogLevel.Debug, a.Require(0, "msg", "log").ToString()));
                    return Value.EmptyString;
                }),
                "doc" when findDoc is not null => new FunctionValue("doc", Doc),
                _ => default(Value),
            };
            return !value.IsUndefined;
        }

        // Templates in vars are rendered by the code that asks, not by property files.
        Value Var(RenderContext context, Arguments arguments)
        {
            arguments.CheckSignature("var", ["var_name", "default"]);
            string name = arguments.Require(0, "var_name", "var").ToString();
            return factory.Project.Vars.TryGet(package, name, out Value value)
                ? value
                : arguments.TryGet(1, "default", out Value otherwise) ? otherwise
                : throw VarObject.Missing(factory.Project, package, "<Configuration>", name);
        }

        Value Doc(RenderContext context, Arguments arguments)
        {
            string name = arguments.Require(arguments.Count - 1, "name", "doc").ToString();
            string? from = arguments.Count == 2 ? arguments.Positional[0].ToString() : null;
            return findDoc!(from, name) ?? throw new JinjaException(
                "CompilationError", $"Documentation for '{(from is null ? "" : from + ".")}{name}' not found");
        }

        public override IEnumerable<string> Names => Known;
    }
}
