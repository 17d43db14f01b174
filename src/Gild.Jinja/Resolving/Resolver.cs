using Gild.Jinja.Diagnostics;
using Gild.Jinja.Parsing;
using Gild.Jinja.Runtime;
using Gild.Jinja.Tree;
using Gild.Jinja.Values;

namespace Gild.Jinja.Resolving;

/// <summary>A resolved body with what its activation needs.</summary>
sealed record ResolvedBody(Statement[] Statements, int SlotCount, string[] GlobalNames)
{
    /// <summary>The slot of <c>self</c>, or -1 when nothing reads it.</summary>
    public int SelfSlot { get; init; } = -1;

    /// <summary>The <c>{% block %}</c>s by name, for <c>self.name()</c>.</summary>
    public Dictionary<string, Block> Blocks { get; init; } = [];
}

/// <summary>
/// Syntax tree → resolved tree: names become slots, filters and tests delegates, constants are folded. This part resolves
/// statements. It visits nodes in the order in which Jinja2 generates code, because the line that Jinja2 reports for
/// an error is the last line that the generator had written down at that point (<see cref="_line"/>).
/// </summary>
sealed partial class Resolver
{
    readonly JinjaEnvironment _environment;
    readonly SourceText _source;
    readonly TemplateSyntax _template;
    readonly Dictionary<string, int> _globalIds = new(StringComparer.Ordinal);
    readonly List<string> _globalNames = [];
    readonly Dictionary<string, Block> _blocks = new(StringComparer.Ordinal);

    int _line;
    int _softDepth;
    int _autoescapeDepth;
    int _macroDepth;
    JoinPlace? _join;
    HashSet<Variable>? _pendingParameters;
    Scope? _root;

    Resolver(JinjaEnvironment environment, SourceText source, TemplateSyntax template)
    {
        _environment = environment;
        _source = source;
        _template = template;
    }

    /// <summary>Resolves the statements of a template.</summary>
    /// <exception cref="JinjaException">TemplateAssertionError for unknown filters and tests, with its place.</exception>
    public static ResolvedBody Resolve(
        JinjaEnvironment environment, SourceText source, TemplateSyntax template, StatementSyntax[] body)
    {
        Resolver resolver = new(environment, source, template);
        Scope root = new(null, new FunctionScope(null, source));
        resolver._root = root;
        int self = resolver.Reads(body, SpecialNames.Found.Self) == 0 ? -1 : root.DeclareParameter("self").Slot;
        ScopeAnalysis.Statements(root, body);
        Statement[] statements = resolver.Body(body, root);
        return new ResolvedBody(statements, root.Function.SlotCount, [.. resolver._globalNames])
        {
            SelfSlot = self,
            Blocks = resolver._blocks,
        };
    }

    /// <summary>Resolves one macro alone, as dbt compiles them: what surrounds it in its file is not there.</summary>
    public static (MacroCode Code, string[] GlobalNames) ResolveMacro(
        JinjaEnvironment environment, SourceText source, TemplateSyntax template, MacroSyntax macro)
    {
        Resolver resolver = new(environment, source, template);
        Scope root = new(null, new FunctionScope(null, source));
        resolver._root = root;
        MacroCode code = resolver.Callable(macro, macro.Name, root);
        return (code, [.. resolver._globalNames]);
    }

    int LineNow => _line == 0 ? 1 : _line;

    void Mark(SyntaxNode node) => _line = node.Line;

    Statement[] Body(StatementSyntax[] body, Scope scope)
    {
        List<Statement> statements = new(body.Length);
        foreach (StatementSyntax statement in body)
        {
            if (Resolve(statement, scope) is { } resolved)
            {
                statements.Add(resolved);
            }
        }

        return [.. statements];
    }

    // A body whose texts are joined at the line of what takes them.
    Statement[] JoinedBody(StatementSyntax[] body, Scope scope, int line)
    {
        JoinPlace? outer = _join;
        _join = new JoinPlace { Line = line };
        Statement[] statements = Body(body, scope);
        _join = outer;
        return statements;
    }

    // The body of a block with a scope of its own: soft frames end at it.
    Statement[] InnerBody(StatementSyntax[] body, Scope scope)
    {
        int soft = _softDepth;
        _softDepth = 0;
        Statement[] statements = Body(body, scope);
        _softDepth = soft;
        return statements;
    }

    Statement? Resolve(StatementSyntax statement, Scope scope) => statement switch
    {
        TextSyntax text => TextOf(text),
        EmitSyntax emit => EmitOf(emit, scope),
        IfSyntax branch => IfOf(branch, scope),
        ForSyntax loop => ForOf(loop, scope),
        SetSyntax set => SetOf(set, scope),
        SetBlockSyntax set => SetBlockOf(set, scope),
        DoSyntax action => DoOf(action, scope),
        LoopControlSyntax control => new LoopControl(control.IsBreak ? Completion.Break : Completion.Continue)
        {
            Span = control.Span,
            Line = LineNow,
        },
        WithSyntax with => WithOf(with, scope),
        MacroSyntax macro => MacroOf(macro, scope),
        CallBlockSyntax call => CallBlockOf(call, scope),
        FilterBlockSyntax filter => FilterBlockOf(filter, scope),
        AutoescapeSyntax autoescape => AutoescapeOf(autoescape, scope),
        BlockSyntax block => BlockOf(block, scope),
        LoadSyntax load => LoadOf(load, scope),
        _ => null,
    };

    Text? TextOf(TextSyntax text)
    {
        if (text.Span.Length == 0)
        {
            return null;
        }

        ReadOnlySpan<char> characters = _source.Text.AsSpan(text.Span.Offset, text.Span.Length);
        if (!characters.Contains('\r'))
        {
            return new Text(_source.Text, text.Span.Offset, text.Span.Length) { Span = text.Span };
        }

        string normal = Lexer.NormalizeLineEnds(characters);
        return new Text(normal, 0, normal.Length) { Span = text.Span };
    }

    Statement? EmitOf(EmitSyntax emit, Scope scope)
    {
        int before = _line;
        Mark(emit.Value);
        if (_autoescapeDepth > 0)
        {
            return new EmitEscaped(Resolve(emit.Value, scope), EscapeFilter) { Span = emit.Span, Line = LineNow };
        }

        if (ReturnedValue(emit.Value, scope) is { } returned)
        {
            return new Return(Resolve(returned, scope)) { Span = emit.Span, Line = LineNow };
        }

        Expression value = Resolve(emit.Value, scope, isPrinted: true);
        if (value is Constant constant && !constant.Value.IsUndefined)
        {
            // Constant output is written without a line of its own.
            _line = before;
            string text = ValueText.ToText(constant.Value);
            return text.Length == 0 ? null : new Text(text, 0, text.Length) { Span = emit.Span };
        }

        return value is Call call
            ? new EmitCall(call) { Span = emit.Span, Line = LineNow }
            : new Emit(value) { Span = emit.Span, Line = LineNow };
    }

    static readonly Function NoEscape = static (_, arguments) => arguments.Positional[0];

    Function EscapeFilter => _environment.TryGetFilter("escape", out Function escape) ? escape : NoEscape;

    // The argument of `return(x)` when that is the whole expression and dbt's return is on.
    ExpressionSyntax? ReturnedValue(ExpressionSyntax expression, Scope scope) =>
        _macroDepth > 0 && expression is CallSyntax call && IsReturn(call, scope) ? call.Arguments.Positional[0] : null;

    bool IsReturn(CallSyntax call, Scope scope) =>
        _environment.Options.ReturnFunction
        && call.Callee is NameSyntax { Name: "return" } name
        && call.Arguments is { Positional.Length: 1, Keywords.Length: 0, Star: null, DoubleStar: null }
        && scope.Find(name.Name) is { } variable
        && scope.FindLoad(variable) is { Plan.Kind: LoadKind.Resolve };

    If IfOf(IfSyntax branch, Scope scope)
    {
        _softDepth++;
        List<(Expression, Statement[])> branches = [];
        Mark(branch);
        Expression test = Resolve(branch.Test, scope);
        branches.Add((test, Body(branch.Body, scope)));
        foreach (IfSyntax elseIf in branch.ElseIfs)
        {
            Mark(elseIf);
            Expression elseIfTest = Resolve(elseIf.Test, scope);
            branches.Add((elseIfTest, Body(elseIf.Body, scope)));
        }

        Statement[] otherwise = Body(branch.Else, scope);
        _softDepth--;
        return new If([.. branches], otherwise) { Span = branch.Span, Line = branch.Line };
    }

    Statement ForOf(ForSyntax loop, Scope scope)
    {
        FunctionScope function = loop.IsRecursive ? new FunctionScope(scope.Function, _source) : scope.Function;
        if (loop.IsRecursive)
        {
            scope.Function.FrameOwner.IsCaptured = true;
        }

        Scope bodyScope = new(scope, function);
        Variable? loopVariable = loop.IsRecursive || Reads(loop.Body, SpecialNames.Found.Loop) != 0
            ? bodyScope.DeclareParameter("loop")
            : null;
        ScopeAnalysis.Target(bodyScope, loop.Target, asParameter: true);
        ScopeAnalysis.Statements(bodyScope, loop.Body);
        Scope elseScope = new(scope, function);
        ScopeAnalysis.Statements(elseScope, loop.Else);
        int soft = _softDepth;
        _softDepth = 0;
        LoopFilter? filter = loop.Test is null ? null : LoopFilterOf(loop, scope, function);
        if (loop.IsRecursive)
        {
            Mark(loop);
        }

        RejectLoopTarget(loop);
        Mark(loop);
        int line = LineNow;
        Target target = TargetOf(loop.Target, bodyScope);
        _softDepth = soft;
        Expression? items = loop.IsRecursive ? null : Resolve(loop.Items, scope);
        LoopBody body = new()
        {
            Target = target,
            TargetSlot = target is SlotTarget slot ? slot.Slot : -1,
            LoopSlot = loopVariable?.Slot ?? -1,
            Filter = filter,
            Body = InnerBody(loop.Body, bodyScope),
            Scope = EntryOf(bodyScope),
            Else = InnerBody(loop.Else, elseScope),
            ElseScope = EntryOf(elseScope),
        };
        if (!loop.IsRecursive)
        {
            return new For(items!, body) { Span = loop.Span, Line = line };
        }

        Mark(loop);
        items = Resolve(loop.Items, scope);
        return new RecursiveFor(items, new RecursiveLoop(function.SlotCount) { Loop = body, Span = loop.Span, Line = line })
        {
            Span = loop.Span,
            Line = line,
        };
    }

    LoopFilter LoopFilterOf(ForSyntax loop, Scope scope, FunctionScope function)
    {
        Scope testScope = new(scope, new FunctionScope(function, _source, sharesFrame: true));
        ScopeAnalysis.Target(testScope, loop.Target, asParameter: true);
        ScopeAnalysis.Expression(testScope, loop.Test);
        Mark(loop.Test!);
        Target target = TargetOf(loop.Target, testScope);
        Expression test = Resolve(loop.Test!, testScope);
        return new LoopFilter(target, test, EntryOf(testScope)) { Span = loop.Test!.Span, Line = LineNow };
    }

    void RejectLoopTarget(ForSyntax loop)
    {
        if (_template.StoresLoop && LoopTargets.Find(loop) is { } name)
        {
            throw JinjaException.Assertion("Can't assign to special loop variable in for-loop target").At(_source, name.Span, name.Line);
        }
    }

    SpecialNames.Found Reads(StatementSyntax[] body, SpecialNames.Found wanted) =>
        _template.ReadsSpecialNames ? SpecialNames.ReadBy(body, wanted) : SpecialNames.Found.None;

    Statement SetOf(SetSyntax set, Scope scope)
    {
        List<NamespaceCheck> checks = [];
        AddNamespaceChecks(set.Target, scope, checks);
        Mark(set);
        Target target = TargetOf(set.Target, scope);
        Expression value = Resolve(set.Value, scope);
        return target is SlotTarget slot
            ? new SetLocal(slot.Slot, value) { Span = set.Span, Line = LineNow }
            : new SetTarget(target, value, [.. checks]) { Span = set.Span, Line = LineNow };
    }

    void AddNamespaceChecks(ExpressionSyntax target, Scope scope, List<NamespaceCheck> checks)
    {
        if (target is NamespaceTargetSyntax ns)
        {
            checks.Add(new NamespaceCheck(NameOf(ns.Name, scope, ns.Span)) { Span = ns.Span, Line = LineNow });
        }
        else if (target is TupleSyntax tuple)
        {
            foreach (ExpressionSyntax item in tuple.Items)
            {
                AddNamespaceChecks(item, scope, checks);
            }
        }
    }

    SetBlock SetBlockOf(SetBlockSyntax set, Scope scope)
    {
        Scope inner = new(scope, scope.Function);
        ScopeAnalysis.Statements(inner, set.Body);
        int soft = _softDepth;
        _softDepth = 0;
        Statement[] body = JoinedBody(set.Body, inner, set.Line);
        Mark(set);
        Target target = TargetOf(set.Target, scope, ofBlock: true);
        FilterCall? filter = set.Filter is null ? null : FilterOf(set.Filter, inner);
        _softDepth = soft;
        return new SetBlock(target, filter, body, EntryOf(inner)) { Span = set.Span, Line = LineNow };
    }

    Statement DoOf(DoSyntax action, Scope scope)
    {
        Mark(action);
        if (ReturnedValue(action.Value, scope) is { } returned)
        {
            return new Return(Resolve(returned, scope)) { Span = action.Span, Line = LineNow };
        }

        return new Do(Resolve(action.Value, scope)) { Span = action.Span, Line = LineNow };
    }

    With WithOf(WithSyntax with, Scope scope)
    {
        Scope inner = new(scope, scope.Function);
        foreach ((ExpressionSyntax target, _) in with.Assignments)
        {
            ScopeAnalysis.Target(inner, target);
        }

        ScopeAnalysis.Statements(inner, with.Body);
        int line = LineNow;
        List<(Target, Expression)> assignments = [];
        foreach ((ExpressionSyntax target, ExpressionSyntax value) in with.Assignments)
        {
            assignments.Add((TargetOf(target, inner), Resolve(value, scope)));
        }

        Statement[] body = InnerBody(with.Body, inner);
        return new With([.. assignments], body, EntryOf(inner)) { Span = with.Span, Line = line };
    }

    MacroStatement? MacroOf(MacroSyntax macro, Scope scope)
    {
        if (macro.BlockWord != "macro")
        {
            // The host finds these through Template.Macros; rendering passes over them, but they must resolve.
            Callable(macro, macro.Name, scope);
            return null;
        }

        MacroCode code = Callable(macro, macro.Name, scope);
        return new MacroStatement(code, scope.Find(macro.Name)!.Slot) { Span = macro.Span, Line = LineNow };
    }

    CallBlock CallBlockOf(CallBlockSyntax call, Scope scope)
    {
        MacroCode body = Callable(call, null, scope);
        Mark(call);
        return new CallBlock(body, CallOf(call.Call, scope), _join) { Span = call.Span, Line = LineNow };
    }

    FilterBlock FilterBlockOf(FilterBlockSyntax filter, Scope scope)
    {
        Scope inner = new(scope, scope.Function);
        ScopeAnalysis.Statements(inner, filter.Body);
        ScopeAnalysis.Expression(inner, filter.Filter);
        int soft = _softDepth;
        _softDepth = 0;
        Statement[] body = JoinedBody(filter.Body, inner, filter.Line);
        Mark(filter);
        FilterCall call = FilterOf(filter.Filter, inner);
        _softDepth = soft;
        return new FilterBlock(call, body, EntryOf(inner), _join) { Span = filter.Span, Line = LineNow };
    }

    Autoescape AutoescapeOf(AutoescapeSyntax autoescape, Scope scope)
    {
        Scope inner = new(scope, scope.Function);
        ScopeAnalysis.Expression(inner, autoescape.Enabled);
        ScopeAnalysis.Statements(inner, autoescape.Body);
        Expression enabled = Resolve(autoescape.Enabled, inner);
        _autoescapeDepth++;
        Statement[] body = InnerBody(autoescape.Body, inner);
        _autoescapeDepth--;
        return new Autoescape(enabled, body, EntryOf(inner)) { Span = autoescape.Span, Line = LineNow };
    }

    Block BlockOf(BlockSyntax block, Scope scope)
    {
        if (_blocks.ContainsKey(block.Name))
        {
            throw JinjaException.Assertion($"block '{block.Name}' defined twice").At(_source, block.Span, block.Line);
        }

        Scope root = _root!;
        FunctionScope function = new(root.Function, _source);
        root.Function.IsCaptured = true;
        Scope inner = new(null, function);
        ScopeAnalysis.Statements(inner, block.Body);
        Mark(block);
        _blockDepth++;
        Statement[] body = InnerBody(block.Body, inner);
        _blockDepth--;
        Block resolved = new(body, scope.Function.HopsTo(root.Function), function.SlotCount) { Span = block.Span, Line = block.Line };
        _blocks.Add(block.Name, resolved);
        return resolved;
    }

    Load LoadOf(LoadSyntax load, Scope scope)
    {
        Mark(load);
        return new Load(load.Word, Resolve(load.Template, scope), load.IgnoresMissing) { Span = load.Span, Line = LineNow };
    }
}
