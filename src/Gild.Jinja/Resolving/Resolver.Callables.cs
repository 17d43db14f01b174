using Gild.Jinja.Parsing;
using Gild.Jinja.Tree;

namespace Gild.Jinja.Resolving;

/// <summary>This part resolves macros and call blocks, and decides what each scope does to its variables on entry.</summary>
sealed partial class Resolver
{
    MacroCode Callable(CallableSyntax callable, string? name, Scope outer)
    {
        outer.Function.FrameOwner.IsCaptured = true;
        FunctionScope function = new(outer.Function, _source);
        Scope scope = new(outer, function);
        NameSyntax[] parameters = callable.Signature.Parameters;
        foreach (NameSyntax parameter in parameters)
        {
            scope.DeclareParameter(parameter.Name);
        }

        foreach (ExpressionSyntax value in callable.Signature.Defaults)
        {
            ScopeAnalysis.Expression(scope, value);
        }

        ScopeAnalysis.Statements(scope, callable.Body);
        SpecialNames.Found reads = Reads(
            callable.Body, SpecialNames.Found.Caller | SpecialNames.Found.Varargs | SpecialNames.Found.Kwargs);
        MacroCode code = Declare(callable, name, scope, reads);
        ScopeAnalysis.Statements(scope, callable.Body);
        Mark(callable);
        int soft = _softDepth;
        _softDepth = 0;
        _macroDepth++;
        JoinPlace? outerJoin = _join;
        _join = new JoinPlace();
        ResolveDefaults(callable, code, scope);
        code.Body = Body(callable.Body, scope);
        _join.Line = LineNow;
        _join = outerJoin;
        code.Scope = EntryOf(scope);
        _macroDepth--;
        _softDepth = soft;
        code.SlotCount = function.SlotCount;
        code.IsCaptured = function.IsCaptured;
        return code;
    }

    MacroCode Declare(CallableSyntax callable, string? name, Scope scope, SpecialNames.Found reads)
    {
        NameSyntax[] parameters = callable.Signature.Parameters;
        RejectDuplicates(parameters);
        int explicitCaller = Array.FindIndex(parameters, parameter => parameter.Name == "caller");
        bool readsCaller = (reads & SpecialNames.Found.Caller) != 0;
        if (readsCaller && explicitCaller >= 0 && !JinjaAcceptsCaller(callable.Signature, explicitCaller))
        {
            throw JinjaException.Assertion(
                    "When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.")
                .At(_source, callable.Span, callable.Line);
        }

        return new MacroCode
        {
            Span = callable.Span,
            Line = callable.Line,
            Name = name,
            Source = _source,
            Parameters = [.. parameters.Select(parameter => parameter.Name)],
            ParameterSlots = [.. parameters.Select(parameter => scope.Find(parameter.Name)!.Slot)],
            ReadsCaller = readsCaller,
            CallerSlot = readsCaller && explicitCaller < 0 ? scope.DeclareParameter("caller").Slot : -1,
            KeywordsSlot = Special("kwargs", SpecialNames.Found.Kwargs),
            VariadicSlot = Special("varargs", SpecialNames.Found.Varargs),
        };

        int Special(string special, SpecialNames.Found flag) =>
            (reads & flag) != 0 && !parameters.Any(parameter => parameter.Name == special)
                ? scope.DeclareParameter(special).Slot
                : -1;
    }

    void RejectDuplicates(NameSyntax[] parameters)
    {
        for (int i = 1; i < parameters.Length; i++)
        {
            if (Array.FindIndex(parameters, 0, i, other => other.Name == parameters[i].Name) >= 0)
            {
                throw new JinjaException("SyntaxError", $"duplicate parameter '{parameters[i].Name}'")
                    .At(_source, parameters[i].Span, parameters[i].Line);
            }
        }
    }

    // A default for `caller` is required, by an index that counts from the end as Python's lists do.
    static bool JinjaAcceptsCaller(SignatureSyntax signature, int caller) =>
        signature.Parameters.Length - caller <= signature.Defaults.Length;

    void ResolveDefaults(CallableSyntax callable, MacroCode code, Scope scope)
    {
        SignatureSyntax signature = callable.Signature;
        HashSet<Variable>? outerPending = _pendingParameters;
        HashSet<Variable> pending = [];
        foreach (NameSyntax parameter in signature.Parameters)
        {
            pending.Add(scope.Find(parameter.Name)!);
        }

        _pendingParameters = pending;
        Expression?[] defaults = new Expression?[signature.Parameters.Length];
        for (int i = 0; i < defaults.Length; i++)
        {
            if (signature.DefaultOf(i) is { } value)
            {
                defaults[i] = Resolve(value, scope);
            }

            pending.Remove(scope.Find(signature.Parameters[i].Name)!);
        }

        _pendingParameters = outerPending;
        code.Defaults = defaults;
    }

    // What entering the scope does: names that start empty, and names that start as copies of outer ones.
    ScopeEntry EntryOf(Scope scope)
    {
        List<int> emptied = [];
        List<(int, Alias)> copied = [];
        List<int> cleared = [];
        foreach ((Variable variable, LoadPlan plan) in scope.Loads)
        {
            switch (plan.Kind)
            {
                case LoadKind.Resolve when !scope.Stores(variable.Name):
                    continue;
                case LoadKind.Alias:
                    copied.Add((variable.Slot, AliasOf(plan.From!, scope)));
                    break;
                case LoadKind.Resolve or LoadKind.Undefined:
                    emptied.Add(variable.Slot);
                    break;
            }

            cleared.Add(variable.Slot);
        }

        return emptied.Count + copied.Count + cleared.Count == 0
            ? ScopeEntry.Nothing
            : new ScopeEntry([.. emptied], [.. copied], scope.Function.FrameOwner.IsCaptured ? [.. cleared] : []);
    }

    Alias AliasOf(Variable from, Scope scope)
    {
        (Scope owner, LoadPlan plan)? load = scope.Parent!.FindLoad(from);
        bool isGlobal = load?.plan.Kind == LoadKind.Resolve;
        bool isStored = load?.owner.Stores(from.Name) ?? true;
        return new Alias(
            scope.Function.HopsTo(from.Function),
            isGlobal && !isStored ? -1 : from.Slot,
            isGlobal ? GlobalId(from.Name) : -1);
    }

    int GlobalId(string name)
    {
        if (!_globalIds.TryGetValue(name, out int id))
        {
            id = _globalNames.Count;
            _globalIds.Add(name, id);
            _globalNames.Add(name);
        }

        return id;
    }
}
