using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>
/// The names that a node's code sees: macros first (a project may replace any name), then dbt's functions and objects.
/// Made per node and phase, used by one thread; every value is made when it is first asked for.
/// </summary>
public sealed partial class NodeContext : Globals
{
    readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    readonly Dictionary<string, Value> _results = new(StringComparer.Ordinal);
    readonly HashSet<string> _loaded = new(StringComparer.Ordinal);
    int _macroDepth;

    internal NodeContext(ContextFactory factory, string package, CompilableNode? node)
    {
        Factory = factory;
        Package = package;
        Node = node;
    }

    public ContextFactory Factory { get; }

    /// <summary>The package whose macros come first.</summary>
    public string Package { get; }

    /// <summary>The node; null for operations that have none.</summary>
    public CompilableNode? Node { get; }

    /// <summary>Not null while parsing.</summary>
    public ParseRecorder? Recorder { get; init; }

    /// <summary>A var that is not set is an error also while parsing (the macros that name relations).</summary>
    public bool RequiresVars { get; init; }

    /// <summary>Unique ids of the macros that have a name here; null when all have.</summary>
    public IReadOnlySet<string>? Visible { get; init; }

    internal bool Sees(MacroNode macro) => Visible?.Contains(macro.UniqueId) != false;

    /// <summary>Not null when compiling or running.</summary>
    public RunState? Run { get; init; }

    public WarehouseSession? Session { get; init; }

    /// <summary>Whether <c>execute</c> is true.</summary>
    public bool Execute => Run is not null;

    /// <summary>Whether ref and source read no rows (<c>--empty</c>).</summary>
    public bool EmptyRefs { get; init; }

    /// <summary>Ids of ephemeral models that the code read, in order of first use.</summary>
    public List<string> EphemeralRefs { get; } = [];

    /// <summary>Ids of unit test inputs that the code read, in order of first use.</summary>
    public List<string> InputsRead { get; } = [];

    internal Value InputRelation(string id, string cte)
    {
        if (!InputsRead.Contains(id))
        {
            InputsRead.Add(id);
        }

        return RelationFactory.Cte(cte, Adapter);
    }

    /// <summary>Replaces macros, vars and environment for unit tests; null otherwise.</summary>
    public UnitTestOverrides? Overrides { get; init; }

    /// <summary>What a template asks the warehouse for by <c>load_result</c>.</summary>
    public bool TryGetResult(string name, out Value value) => _results.TryGetValue(name, out value);

    /// <summary>Sets a name above all others (<c>sql</c>, <c>pre_hooks</c>, <c>results</c>).</summary>
    public void Set(string name, Value value) => _values[name] = value;

    internal Adapter Adapter => Factory.Adapter;

    /// <summary>The package that defines the generic test which this node is: its macros are seen by their bare names too.</summary>
    internal string? PackageOfTest => Node is TestNode { Generic: not null, DependsOnMacros: [string macro, ..] } ? macro.Split('.')[1] : null;

    internal InvocationState Invocation => Factory.Invocation;

    public override bool TryGet(string name, out Value value)
    {
        if (_values.TryGetValue(name, out value))
        {
            return !value.IsUndefined;
        }

        if (Overrides?.Macros is { } overridden && overridden.TryGetValue(name, out value))
        {
            // What is a value, such as invocation_id, stays one.
            bool called = Factory.Macros.TryFind(name, Package, out _) || !TryBuiltin(name, out Value own) || own.AsObject is { IsCallable: true };
            Value result = overridden[name];
            value = called ? new FunctionValue(name, (_, _) => result) : result;
        }
        else if ((Factory.Macros.TryFind(name, Package, out MacroNode macro) && Sees(macro))
            || (PackageOfTest is { } further && Factory.Macros.TryFindInPackage(further, name, out macro)))
        {
            value = new MacroCallable(macro, this);
        }
        else if (Factory.Macros.IsPackage(name))
        {
            value = new PackageObject(name, this);
        }
        else if (!TryBuiltin(name, out value))
        {
            value = default;
        }

        _values[name] = value;
        return !value.IsUndefined;
    }

    public override IEnumerable<string> Names =>
        _values.Where(v => !v.Value.IsUndefined).Select(v => v.Key)
            .Concat(BuiltinNames)
            .Concat(Factory.Macros.NamesFrom(Package))
            .Distinct(StringComparer.Ordinal);

    /// <summary>Calls a macro by its bare name as this context sees it.</summary>
    /// <exception cref="JinjaException">No such macro, or whatever it raises.</exception>
    public Value CallMacro(RenderContext context, string name, Arguments arguments)
    {
        if (!TryGet(name, out Value callee))
        {
            throw new JinjaException("CompilationError", $"dbt could not find a macro with the name \"{name}\"");
        }

        // What the program itself calls is no dependency of the node.
        _macroDepth++;
        try
        {
            return context.Call(callee, arguments);
        }
        finally
        {
            _macroDepth--;
        }
    }

    /// <summary>
    /// Runs a materialization, which is no dependency of its node. Neither are the macros that it calls, except those of functions and of clones
    /// (<paramref name="countCalls"/>), as in dbt.
    /// </summary>
    internal Value Materialize(MacroNode macro, RenderContext context, bool countCalls)
    {
        int depth = countCalls ? 0 : 1;
        _macroDepth += depth;
        try
        {
            return Factory.Macros.Definition(macro).Invoke(context, this, new Arguments([]));
        }
        finally
        {
            _macroDepth -= depth;
        }
    }

    /// <summary>Calls a macro. What a node's own code calls becomes its dependency, while parsing and, for calls that only <c>execute</c> reaches, when it runs.</summary>
    internal Value Invoke(MacroNode macro, RenderContext context, Arguments arguments)
    {
        if (_macroDepth == 0)
        {
            if (Recorder is { } recorder)
            {
                Add(recorder.MacroIds, macro.UniqueId);
            }
            else if (Run is not null && Node is not null)
            {
                Add(Node.DependsOnMacros, macro.UniqueId);
            }
        }

        _macroDepth++;
        try
        {
            return Factory.Macros.Definition(macro).Invoke(context, this, arguments);
        }
        finally
        {
            _macroDepth--;
        }
    }

    // An ephemeral model may be rendered for several others at once.
    static void Add(List<string> ids, string id)
    {
        lock (ids)
        {
            if (!ids.Contains(id))
            {
                ids.Add(id);
            }
        }
    }

    /// <summary>A warning said by a template, or an error when <c>--warn-error</c> says so.</summary>
    internal void Warn(string eventName, string message)
    {
        if (!Invocation.IsToBeSaid(eventName))
        {
            return;
        }

        if (Invocation.WarningsAreErrors(eventName))
        {
            throw new JinjaException("CompilationError", message);
        }

        Note(eventName, message);
    }

    /// <summary>A warning that never is an error.</summary>
    internal void Note(string eventName, string message) => Invocation.Report(new Warning(eventName, new Gild.Jinja.Diagnostics.Diagnostic(
        "R0690", Gild.Jinja.Diagnostics.Severity.Warning, message)));
}

/// <summary>What a unit test puts in place of the project's own.</summary>
/// <param name="Macros">Results by macro name.</param>
/// <param name="Vars">Values by name.</param>
/// <param name="Environment">Texts by variable.</param>
public sealed record UnitTestOverrides(DictValue Macros, DictValue Vars, DictValue Environment)
{
    /// <summary>Names of the CTEs that stand for inputs, by unique id of what they replace; <c>this</c> under the model's own id.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();
}

/// <summary>A macro as a callable value of one context.</summary>
public sealed class MacroCallable(MacroNode macro, NodeContext owner) : JinjaObject
{
    public MacroNode Macro { get; } = macro;

    public override string TypeName => "MacroGenerator";

    public override bool IsCallable => true;

    public override Value Call(RenderContext context, Arguments arguments) => owner.Invoke(Macro, context, arguments);

    public override string ToRepr() => $"<MacroGenerator {Macro.Name}>";

    public override bool IsEqualTo(Value other) => other.As<MacroCallable>()?.Macro == Macro;

    public override int HashCode => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Macro);
}

/// <summary>A package name as a value: its macros are its attributes.</summary>
public sealed class PackageObject(string package, NodeContext owner) : JinjaObject
{
    public override string TypeName => "dict";

    public override bool TryGetAttribute(string name, out Value value)
    {
        if (owner.Overrides?.Macros is { } overridden && overridden.TryGetValue($"{package}.{name}", out Value result))
        {
            value = new FunctionValue(name, (_, _) => result);
            return true;
        }

        if (owner.Factory.Macros.TryFindInPackage(package, name, out MacroNode macro) && owner.Sees(macro))
        {
            value = new MacroCallable(macro, owner);
            return true;
        }

        value = default;
        return false;
    }

    public override bool TryGetItem(Value key, out Value value)
    {
        value = default;
        return key.TryGetText(out string name) && TryGetAttribute(name, out value);
    }

    public override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result)
    {
        if (TryGetAttribute(name, out Value callee))
        {
            result = context.Call(callee, arguments);
            return true;
        }

        if (name == "get")
        {
            result = TryGetItem(arguments.Require(0, "key", "get"), out Value found) ? found : arguments.Get(1, "default", Value.None);
            return true;
        }

        result = default;
        return false;
    }

    public override IEnumerable<Value> Items => owner.Factory.Macros.NamesOf(package).Select(n => Value.From(n));

    public override bool Contains(Value value) => value.TryGetText(out string name) && TryGetAttribute(name, out _);
}

/// <summary>The whole context as a value (<c>context</c>): names are its keys.</summary>
public sealed class ContextObject(NodeContext owner) : JinjaObject
{
    public override string TypeName => "dict";

    public override bool TryGetAttribute(string name, out Value value) => owner.TryGet(name, out value);

    public override bool TryGetItem(Value key, out Value value)
    {
        value = default;
        return key.TryGetText(out string name) && owner.TryGet(name, out value);
    }

    public override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result)
    {
        switch (name)
        {
            case "get":
                result = TryGetItem(arguments.Require(0, "key", "get"), out Value found) ? found : arguments.Get(1, "default", Value.None);
                return true;
            case "keys":
                result = new ListValue(owner.Names.Select(n => Value.From(n)));
                return true;
            case "items":
                result = new ListValue(owner.Names.Select(n => Value.From(new TupleValue([n, owner.TryGet(n, out Value v) ? v : Value.None]))));
                return true;
            default:
                result = default;
                return false;
        }
    }

    public override IEnumerable<Value> Items => owner.Names.Select(n => Value.From(n));

    public override bool Contains(Value value) => value.TryGetText(out string name) && owner.TryGet(name, out _);
}
