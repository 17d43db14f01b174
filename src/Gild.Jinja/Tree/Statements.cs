using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Tree;

/// <summary>Literal text: a range of the source, or a text of its own where line ends had to be made uniform.</summary>
sealed class Text(string source, int offset, int length) : Statement
{
    public override Completion Execute(Frame frame)
    {
        OutputBuffer output = frame.Context.Output;
        output.Map?.Note(output.Length, frame.Context.Source, Span, isLiteral: true);
        output.Append(source.AsSpan(offset, length));
        return Completion.Normal;
    }
}

/// <summary><c>{{ expression }}</c>.</summary>
sealed class Emit(Expression expression) : Statement
{
    public Expression Expression { get; } = expression;

    public override Completion Execute(Frame frame)
    {
        Write(frame.Context, Expression.Evaluate(frame), Expression);
        return Completion.Normal;
    }

    public static void Write(RenderContext context, Value value, Node place)
    {
        context.Output.Map?.Note(context.Output.Length, context.Source, place.Span, isLiteral: false);
        if (value.AsString is { } text)
        {
            context.Output.Append(text.AsSpan());
        }
        else if (value.IsInt64)
        {
            context.Output.Append(value.AsInt64);
        }
        else
        {
            context.Current = place;
            context.Output.Append(value);
        }
    }

    /// <summary>
    /// Writes the result of a filter or call block, which Jinja2 joins as it is: anything but a text makes the join fail.
    /// dbt's macros may return anything, and what they return is printed.
    /// </summary>
    /// <param name="join">Where the text around is joined; null at the top of a template, for which Jinja2 reports no line.</param>
    public static void WriteText(RenderContext context, Value value, Node place, JoinPlace? join)
    {
        if (!value.TryGetText(out _) && !context.Environment.Options.ReturnFunction)
        {
            throw JinjaException.TypeError($"expected str instance, {ValueText.TypeNameOf(value)} found")
                .At(context.Source, place.Span, join?.Line ?? 0);
        }

        Write(context, value, place);
    }
}

/// <summary><c>{{ callee(...) }}</c>: what a macro writes goes straight to the output.</summary>
sealed class EmitCall(Call call) : Statement
{
    public Call Call { get; } = call;

    public override Completion Execute(Frame frame)
    {
        Value value = Call.EvaluateToOutput(frame, out bool written);
        if (!written)
        {
            Emit.Write(frame.Context, value, Call);
        }

        return Completion.Normal;
    }
}

/// <summary><c>{{ expression }}</c> inside <c>{% autoescape %}</c>.</summary>
sealed class EmitEscaped(Expression expression, Function escape) : Statement
{
    public override Completion Execute(Frame frame)
    {
        Value value = expression.Evaluate(frame);
        RenderContext context = frame.Context;
        context.Current = expression;
        if (context.Autoescape)
        {
            value = escape(context, new Arguments(new ReadOnlySpan<Value>(in value)));
        }

        context.Output.Append(value);
        return Completion.Normal;
    }
}

sealed class Autoescape(Expression enabled, Statement[] body, ScopeEntry scope) : Statement
{
    public override Completion Execute(Frame frame)
    {
        RenderContext context = frame.Context;
        bool before = context.Autoescape;
        scope.Enter(frame);
        context.Autoescape = enabled.IsTrue(frame);
        Completion completion = ExecuteAll(body, frame);
        context.Autoescape = before;
        scope.Leave(frame);
        return completion;
    }
}

sealed class If((Expression Test, Statement[] Body)[] branches, Statement[] otherwise) : Statement
{
    public override Completion Execute(Frame frame)
    {
        foreach ((Expression test, Statement[] body) in branches)
        {
            if (test.IsTrue(frame))
            {
                return ExecuteAll(body, frame);
            }
        }

        return ExecuteAll(otherwise, frame);
    }
}

/// <summary><c>{% set name = value %}</c>, the plain case.</summary>
sealed class SetLocal(int slot, Expression value) : Statement
{
    public override Completion Execute(Frame frame)
    {
        Value result = value.Evaluate(frame);
        frame.Slots[slot] = result.IsMissing ? frame.Context.UndefinedFor(null) : result;
        return Completion.Normal;
    }
}

/// <summary><c>{% set target = value %}</c> with tuples or namespace attributes.</summary>
sealed class SetTarget(Target target, Expression value, NamespaceCheck[] checks) : Statement
{
    public override Completion Execute(Frame frame)
    {
        foreach (NamespaceCheck check in checks)
        {
            check.Require(frame);
        }

        Value result = value.Evaluate(frame);
        frame.Context.Current = this;
        target.Assign(frame, result);
        return Completion.Normal;
    }
}

/// <summary>Attributes can only be assigned on namespaces; checked before the value is evaluated.</summary>
sealed class NamespaceCheck(Expression name) : Node
{
    public void Require(Frame frame)
    {
        Value value = name.Evaluate(frame);
        if (value.AsObject is not { } o || !NamespaceTarget.Accepts(o))
        {
            frame.Context.Current = this;
            throw JinjaException.Runtime("cannot assign attribute on non-namespace object");
        }
    }
}

sealed class SetBlock(Target target, FilterCall? filter, Statement[] body, ScopeEntry scope) : Statement
{
    public override Completion Execute(Frame frame)
    {
        RenderContext context = frame.Context;
        int mark = context.Output.Length;
        scope.Enter(frame);
        Completion completion = ExecuteAll(body, frame);
        if (completion != Completion.Normal)
        {
            context.Output.Truncate(mark);
            return completion;
        }

        Value text = context.Output.TakeFrom(mark);
        if (filter is not null)
        {
            context.BlockText = text;
            text = filter.Evaluate(frame);
        }

        context.Current = this;
        target.Assign(frame, text);
        scope.Leave(frame);
        return Completion.Normal;
    }
}

sealed class FilterBlock(FilterCall filter, Statement[] body, ScopeEntry scope, JoinPlace? join) : Statement
{
    public override Completion Execute(Frame frame)
    {
        RenderContext context = frame.Context;
        int mark = context.Output.Length;
        scope.Enter(frame);
        Completion completion = ExecuteAll(body, frame);
        if (completion != Completion.Normal)
        {
            context.Output.Truncate(mark);
            return completion;
        }

        context.BlockText = context.Output.TakeFrom(mark);
        Emit.WriteText(context, filter.Evaluate(frame), this, join);
        scope.Leave(frame);
        return Completion.Normal;
    }
}

sealed class Do(Expression value) : Statement
{
    public override Completion Execute(Frame frame)
    {
        value.Evaluate(frame);
        return Completion.Normal;
    }
}

sealed class With((Target Target, Expression Value)[] assignments, Statement[] body, ScopeEntry scope) : Statement
{
    public override Completion Execute(Frame frame)
    {
        scope.Enter(frame);
        foreach ((Target target, Expression value) in assignments)
        {
            Value result = value.Evaluate(frame);
            frame.Context.Current = this;
            target.Assign(frame, result);
        }

        Completion completion = ExecuteAll(body, frame);
        scope.Leave(frame);
        return completion;
    }
}

/// <summary>dbt's <c>{{ return(x) }}</c> or <c>{% do return(x) %}</c> as a statement of a macro's body.</summary>
sealed class Return(Expression value) : Statement
{
    public override Completion Execute(Frame frame)
    {
        frame.Context.ReturnValue = value.Evaluate(frame);
        return Completion.Return;
    }
}

/// <summary><c>{% break %}</c> or <c>{% continue %}</c>.</summary>
sealed class LoopControl(Completion completion) : Statement
{
    public override Completion Execute(Frame frame) => completion;
}

/// <summary><c>{% block %}</c> without inheritance: renders in place, seeing the template's top-level variables only.</summary>
sealed class Block(Statement[] body, int hops, int slotCount) : Statement
{
    public override Completion Execute(Frame frame) => Run(frame.Outer(hops));

    /// <summary>Renders the block in a template whose top level has this frame.</summary>
    public Completion Run(Frame root)
    {
        RenderContext context = root.Context;
        context.EnterDepth();
        Completion completion = ExecuteAll(body, context.RentFrame(slotCount, root, root.Activation));
        context.LeaveDepth();
        return completion;
    }
}

/// <summary>The <c>self</c> of a template: its blocks, to be rendered again.</summary>
sealed class SelfReference(Dictionary<string, Block> blocks, Frame root) : JinjaObject
{
    public override string TypeName => "TemplateReference";

    public override string ToRepr() => "<TemplateReference None>";

    public override bool TryGetItem(Value key, out Value value)
    {
        if (key.TryGetText(out string name) && blocks.TryGetValue(name, out Block? block))
        {
            value = Value.From(new FunctionValue(name, (context, _) =>
            {
                int mark = context.Output.Length;
                block.Run(root);
                return context.Output.TakeFrom(mark);
            }));
            return true;
        }

        value = default;
        return false;
    }
}

/// <summary><c>include</c>, <c>import</c>, <c>extends</c>: there is nothing to load templates from.</summary>
sealed class Load(string word, Expression template, bool ignoresMissing) : Statement
{
    public override Completion Execute(Frame frame)
    {
        Value name = template.Evaluate(frame);
        frame.Context.Current = this;
        if (ignoresMissing)
        {
            return Completion.Normal;
        }

        throw JinjaException.Runtime($"{word} of {ValueText.ToRepr(name)}: no loader for this environment specified");
    }
}
