using Gild.Jinja.Diagnostics;

namespace Gild.Jinja.Resolving;

/// <summary>How a variable of a scope starts, in the words of Jinja2's identifier tracking.</summary>
enum LoadKind : byte
{
    /// <summary>Set by the loop, call or <c>with</c> that opens the scope.</summary>
    Parameter,
    /// <summary>Looked up in the globals.</summary>
    Resolve,
    /// <summary>A copy of the variable of the same name further out.</summary>
    Alias,
    /// <summary>Empty until something is stored.</summary>
    Undefined,
}

readonly record struct LoadPlan(LoadKind Kind, Variable? From = null);

/// <summary>A variable: a name at a level of nesting within one function; sibling blocks of the same level share it.</summary>
sealed class Variable(string name, FunctionScope function, int slot)
{
    public string Name { get; } = name;

    public FunctionScope Function { get; } = function;

    public int Slot { get; } = slot;
}

/// <summary>
/// What becomes one frame at run time: the template, a macro, a call block, a recursive loop. The filter of a loop
/// keeps its names apart but lives in the frame around it.
/// </summary>
sealed class FunctionScope(FunctionScope? parent, SourceText source, bool sharesFrame = false)
{
    public SourceText Source { get; } = source;

    readonly Dictionary<(int Level, string Name), Variable> _variables = [];
    int _slotCount;

    public FunctionScope? Parent { get; } = parent;

    /// <summary>The function whose frame holds the slots.</summary>
    public FunctionScope FrameOwner => sharesFrame ? Parent!.FrameOwner : this;

    public int SlotCount => FrameOwner._slotCount;

    /// <summary>Whether code defined inside can look at this frame after it has ended.</summary>
    public bool IsCaptured { get; set; }

    public Variable VariableAt(int level, string name)
    {
        if (!_variables.TryGetValue((level, name), out Variable? variable))
        {
            variable = new Variable(name, this, FrameOwner._slotCount++);
            _variables.Add((level, name), variable);
        }

        return variable;
    }

    /// <summary>How many frames out <paramref name="other"/>'s frame is.</summary>
    public int HopsTo(FunctionScope other)
    {
        int hops = 0;
        FunctionScope target = other.FrameOwner;
        for (FunctionScope at = FrameOwner; at != target; at = at.Parent!.FrameOwner)
        {
            hops++;
        }

        return hops;
    }
}

/// <summary>
/// The names of one block: which exist, how they start, which are stored. This follows the rules of Jinja2's identifier
/// tracking exactly, since templates can see them: an assignment in a block makes a copy, an <c>if</c> is no block, a
/// name that only one branch stores is a global in the others.
/// </summary>
sealed class Scope
{
    Dictionary<string, Variable> _refs = new(StringComparer.Ordinal);
    Dictionary<Variable, LoadPlan> _loads = [];
    HashSet<string> _stores = new(StringComparer.Ordinal);

    public Scope(Scope? parent, FunctionScope function)
    {
        Parent = parent;
        Function = function;
        Level = parent is null ? 0 : parent.Level + 1;
    }

    Scope(Scope original)
    {
        Parent = original.Parent;
        Function = original.Function;
        Level = original.Level;
        _refs = new(original._refs, StringComparer.Ordinal);
        _loads = new(original._loads);
        _stores = new(original._stores, StringComparer.Ordinal);
    }

    public Scope? Parent { get; }

    public FunctionScope Function { get; }

    int Level { get; }

    public IEnumerable<KeyValuePair<Variable, LoadPlan>> Loads => _loads;

    public Variable? Find(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._refs.TryGetValue(name, out Variable? variable))
            {
                return variable;
            }
        }

        return null;
    }

    /// <summary>The scope that says how <paramref name="variable"/> starts, and how.</summary>
    public (Scope Owner, LoadPlan Plan)? FindLoad(Variable variable)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._loads.TryGetValue(variable, out LoadPlan plan))
            {
                return (scope, plan);
            }
        }

        return null;
    }

    public bool Stores(string name) => _stores.Contains(name);

    public Variable DeclareParameter(string name)
    {
        _stores.Add(name);
        return Define(name, new LoadPlan(LoadKind.Parameter));
    }

    public void Load(string name)
    {
        if (Find(name) is null)
        {
            Define(name, new LoadPlan(LoadKind.Resolve));
        }
    }

    public void Store(string name)
    {
        _stores.Add(name);
        if (_refs.ContainsKey(name))
        {
            return;
        }

        Variable? outer = Parent?.Find(name);
        Define(name, outer is null ? new LoadPlan(LoadKind.Undefined) : new LoadPlan(LoadKind.Alias, outer));
    }

    Variable Define(string name, LoadPlan plan)
    {
        Variable variable = Function.VariableAt(Level, name);
        _refs[name] = variable;
        _loads[variable] = plan;
        return variable;
    }

    public Scope Copy() => new(this);

    /// <summary>Takes over what the branches of an <c>if</c> found.</summary>
    public void Merge(ReadOnlySpan<Scope> branches)
    {
        HashSet<string> newStores = new(StringComparer.Ordinal);
        foreach (Scope branch in branches)
        {
            newStores.UnionWith(branch._stores);
        }

        newStores.ExceptWith(_stores);
        foreach (Scope branch in branches)
        {
            foreach ((string name, Variable variable) in branch._refs)
            {
                _refs[name] = variable;
            }

            foreach ((Variable variable, LoadPlan plan) in branch._loads)
            {
                _loads[variable] = plan;
            }

            _stores.UnionWith(branch._stores);
        }

        foreach (string name in newStores)
        {
            Variable variable = Find(name)!;
            _loads[variable] = Parent?.Find(name) is { } outer
                ? new LoadPlan(LoadKind.Alias, outer)
                : new LoadPlan(LoadKind.Resolve);
        }
    }
}
