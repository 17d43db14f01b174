using Gild.Jinja.Diagnostics;
using Gild.Jinja.Parsing;
using Gild.Jinja.Resolving;
using Gild.Jinja.Runtime;
using Gild.Jinja.Tree;
using Gild.Jinja.Values;

namespace Gild.Jinja;

/// <summary>A compiled template: immutable, for any number of threads.</summary>
public sealed class Template
{
    readonly JinjaEnvironment _environment;
    readonly ResolvedBody _body;

    internal Template(JinjaEnvironment environment, SourceText source, TemplateSyntax syntax)
    {
        _environment = environment;
        Source = source;
        _body = Resolver.Resolve(environment, source, syntax, syntax.Body);
        Macros = [.. syntax.Body.OfType<MacroSyntax>().Select(macro => new MacroDefinition(environment, source, syntax, macro))];
        Blocks = [.. syntax.Body.OfType<HostBlockSyntax>().Select(block => new BlockDefinition(environment, source, block))];
    }

    public SourceText Source { get; }

    /// <summary>Top-level macros and the host's blocks that are macros, in order, found without rendering.</summary>
    public IReadOnlyList<MacroDefinition> Macros { get; }

    /// <summary>Top-level host blocks whose body is a template or text, in order.</summary>
    public IReadOnlyList<BlockDefinition> Blocks { get; }

    /// <summary>Renders in a context of its own.</summary>
    /// <exception cref="JinjaException">The template failed; the exception says where.</exception>
    public string Render(Globals globals, CancellationToken cancellation = default)
    {
        using RenderContext context = new(_environment, cancellation);
        return Render(context, globals);
    }

    /// <summary>Renders within a running context, for instance a snapshot's body or an ephemeral model.</summary>
    /// <exception cref="JinjaException">The template failed; the exception says where.</exception>
    public string Render(RenderContext context, Globals globals)
    {
        int mark = context.Output.Length;
        CallState state = Run(context, globals, out _);
        context.Leave(state);
        return context.Output.TakeFrom(mark);
    }

    /// <summary>Renders within a running context and tells which source wrote which part of the text.</summary>
    /// <exception cref="JinjaException">The template failed; the exception says where.</exception>
    public string RenderWithMap(RenderContext context, Globals globals, out OutputMap map)
    {
        OutputMap? outer = context.Output.Map;
        int mark = context.Output.Length;
        map = new OutputMap();
        context.Output.Map = map;
        try
        {
            CallState state = Run(context, globals, out _);
            context.Leave(state);
        }
        finally
        {
            context.Output.Map = outer;
        }

        map.Rebase(mark);
        return context.Output.TakeFrom(mark);
    }

    /// <summary>
    /// The value of the expression when the whole template is exactly one <c>{{ expression }}</c>, else the rendered text.
    /// </summary>
    /// <exception cref="JinjaException">The template failed; the exception says where.</exception>
    public Value RenderNative(RenderContext context, Globals globals)
    {
        Expression? single = _body.Statements switch
        {
            [Emit emit] => emit.Expression,
            [EmitCall emit] => emit.Call,
            _ => null,
        };
        if (single is null)
        {
            return Render(context, globals);
        }

        int mark = context.Output.Length;
        CallState state = context.EnterTemplate(Source);
        try
        {
            Value value = single.Evaluate(NewFrame(context, globals));
            context.Leave(state);
            return value;
        }
        catch (JinjaException e) when (Fail(context, globals, state, mark, e))
        {
            throw;
        }
    }

    CallState Run(RenderContext context, Globals globals, out Completion completion)
    {
        int mark = context.Output.Length;
        CallState state = context.EnterTemplate(Source);
        try
        {
            completion = Statement.ExecuteAll(_body.Statements, NewFrame(context, globals));
            return state;
        }
        catch (JinjaException e) when (Fail(context, globals, state, mark, e))
        {
            throw;
        }
        catch (MacroReturn)
        {
            JinjaException outside = JinjaException.Runtime("return() was called outside of a macro");
            Fail(context, globals, state, mark, outside);
            throw outside;
        }
    }

    /// <summary>Never catches: it is a filter, so that nested templates do not throw again at each level.</summary>
    bool Fail(RenderContext context, Globals globals, in CallState state, int mark, JinjaException error)
    {
        context.PlaceError(error, Source);
        AddNameHelp(error, _environment, globals);
        context.Output.Truncate(mark);
        context.Leave(state);
        return false;
    }

    /// <summary>Adds the nearest known name when the error is a name that nobody knows.</summary>
    internal static void AddNameHelp(JinjaException error, JinjaEnvironment environment, Globals globals)
    {
        if (error.UnknownName is { } name && error.Help.Count == 0
            && NearestName.Find(name, globals.Names.Concat(environment.GlobalNames)) is { } nearest)
        {
            error.WithHelp($"a variable with a similar name exists: `{nearest}`");
        }
    }

    Frame NewFrame(RenderContext context, Globals globals)
    {
        Frame frame = new(context)
        {
            Slots = _body.SlotCount == 0 ? [] : new Value[_body.SlotCount],
            Activation = new Activation(context.Environment, globals, _body.GlobalNames),
        };
        if (_body.SelfSlot >= 0)
        {
            frame.Slots[_body.SelfSlot] = Value.From(new SelfReference(_body.Blocks, frame));
        }

        return frame;
    }
}
