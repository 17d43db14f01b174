using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Tree;

/// <summary>The code of a macro or call block: how its parameters meet slots, and its body.</summary>
sealed class MacroCode : Node
{
    /// <summary>Null for a call block.</summary>
    public required string? Name { get; init; }

    public required SourceText Source { get; init; }

    public required string[] Parameters { get; init; }

    public required int[] ParameterSlots { get; init; }

    /// <summary>Where the special names go that the body reads; -1 for those it does not.</summary>
    public required int CallerSlot { get; init; }

    public required int KeywordsSlot { get; init; }

    public required int VariadicSlot { get; init; }

    /// <summary>Whether the body reads <c>caller</c>, as a parameter of its own or not.</summary>
    public required bool ReadsCaller { get; init; }

    // The rest is set when the body has been resolved: a macro may call itself.
    public Expression?[] Defaults { get; set; } = [];

    public Statement[] Body { get; set; } = [];

    public ScopeEntry Scope { get; set; } = ScopeEntry.Nothing;

    public int SlotCount { get; set; }

    /// <summary>Whether something defined inside may outlive a call and look back at its variables.</summary>
    public bool IsCaptured { get; set; }

    /// <summary>Puts the arguments into the slots of <paramref name="frame"/> by Jinja2's rules for macros.</summary>
    public void Bind(Frame frame, Arguments arguments)
    {
        int given = Math.Min(arguments.Count, Parameters.Length);
        for (int i = 0; i < given; i++)
        {
            Value value = arguments.Positional[i];
            frame.Slots[ParameterSlots[i]] = value.IsMissing ? frame.Context.UndefinedFor(Parameters[i]) : value;
        }

        if (arguments.KeywordNames.Length == 0)
        {
            BindSpecial(frame, null);
        }
        else
        {
            BindKeywords(frame, arguments, given);
        }

        if (VariadicSlot >= 0)
        {
            frame.Slots[VariadicSlot] = Value.From(TupleValue.Over(arguments.Positional[given..].ToArray()));
        }
        else if (arguments.Count > Parameters.Length)
        {
            throw JinjaException.TypeError($"macro {ReprOfName} takes not more than {Parameters.Length} argument(s)");
        }
    }

    /// <summary>Puts into the special names what they hold when the call does not say: no caller, no further keywords.</summary>
    public void BindSpecial(Frame frame, DictValue? keywords)
    {
        if (CallerSlot >= 0 && frame.Slots[CallerSlot].IsMissing)
        {
            frame.Slots[CallerSlot] = frame.Context.UndefinedFor("caller", hint: "No caller defined");
        }

        if (KeywordsSlot >= 0)
        {
            frame.Slots[KeywordsSlot] = Value.From(keywords ?? new DictValue());
        }
    }

    void BindKeywords(Frame frame, Arguments arguments, int given)
    {
        DictValue? rest = null;
        string? unexpected = null;
        for (int i = 0; i < arguments.KeywordNames.Length; i++)
        {
            string name = arguments.KeywordNames[i];
            Value value = arguments.KeywordValues[i];
            int parameter = Array.IndexOf(Parameters, name);
            if (parameter >= given)
            {
                frame.Slots[ParameterSlots[parameter]] = value.IsMissing ? frame.Context.UndefinedFor(name) : value;
            }
            else if (CallerSlot >= 0 && name == "caller")
            {
                frame.Slots[CallerSlot] = value.IsNone ? default : value;
            }
            else if (KeywordsSlot >= 0)
            {
                (rest ??= new DictValue())[Value.From(name)] = value;
            }
            else
            {
                unexpected ??= name;
            }
        }

        BindSpecial(frame, rest);
        if (unexpected is not null)
        {
            throw JinjaException.TypeError(arguments.KeywordNames.Contains("caller") && unexpected == "caller"
                ? $"macro {ReprOfName} was invoked with two values for the special caller argument. This is most likely a bug."
                : $"macro {ReprOfName} takes no keyword argument '{unexpected}'");
        }
    }

    string ReprOfName => Name is null ? "None" : $"'{Name}'";

    /// <summary>Evaluates the defaults of what was not given, in order: a default sees the parameters before it.</summary>
    public void BindDefaults(Frame frame)
    {
        for (int i = 0; i < ParameterSlots.Length; i++)
        {
            ref Value slot = ref frame.Slots[ParameterSlots[i]];
            if (!slot.IsMissing)
            {
                continue;
            }

            Value value = Defaults[i] is { } expression
                ? expression.Evaluate(frame)
                : frame.Context.UndefinedFor(Parameters[i], hint: $"parameter '{Parameters[i]}' was not provided");
            frame.Slots[ParameterSlots[i]] = value.IsMissing ? frame.Context.UndefinedFor(Parameters[i]) : value;
        }
    }
}

/// <summary>A macro as a value, with the frame in which it was defined.</summary>
sealed class MacroValue(MacroCode code, Frame definedIn) : OutputCallable
{
    public MacroCode Code { get; } = code;

    public Frame DefinedIn { get; } = definedIn;

    public override string TypeName => "Macro";

    public override string ToRepr() => Code.Name is null ? "<Macro anonymous>" : $"<Macro '{Code.Name}'>";

    public override bool TryGetAttribute(string name, out Value value)
    {
        switch (name)
        {
            case "name":
                value = Code.Name;
                return true;
            case "arguments":
                value = Value.From(TupleValue.Over([.. Code.Parameters.Select(name => Value.From(name))]));
                return true;
            case "catch_kwargs":
                value = Code.KeywordsSlot >= 0;
                return true;
            case "catch_varargs":
                value = Code.VariadicSlot >= 0;
                return true;
            case "caller":
                value = Code.ReadsCaller;
                return true;
            case "explicit_caller":
                value = Code.Parameters.Contains("caller");
                return true;
            default:
                value = default;
                return false;
        }
    }

    public override Value CallToOutput(RenderContext context, Arguments arguments, out bool written)
    {
        Frame frame = context.RentFrame(Code.SlotCount, DefinedIn, DefinedIn.Activation);
        Code.Bind(frame, arguments);
        return Run(context, frame, out written);
    }

    /// <summary>Runs the body in a frame that holds the arguments.</summary>
    public Value Run(RenderContext context, Frame frame, out bool written)
    {
        MacroCode code = Code;
        CallState state = context.EnterMacro(code);
        int mark = context.Output.Length;
        try
        {
            code.Scope.Enter(frame);
            code.BindDefaults(frame);
            Completion completion = Statement.ExecuteAll(code.Body, frame);
            context.Leave(state);
            if (!code.IsCaptured)
            {
                context.ReturnFrame(frame, code.SlotCount);
            }

            if (completion == Completion.Normal)
            {
                written = true;
                return default;
            }
        }
        catch (MacroReturn result) when (code.Name is not null)
        {
            context.Leave(state);
            context.ReturnValue = result.Value;
        }
        catch (JinjaException e) when (Note(e, context, state))
        {
            throw;
        }

        context.Output.Truncate(mark);
        if (code.Name is null)
        {
            // A return inside a call block ends the macro that calls it.
            throw new MacroReturn(context.ReturnValue);
        }

        written = false;
        return context.ReturnValue;
    }

    /// <summary>
    /// Adds what this call knows of the error on its way up. A filter that never catches: to catch and throw again at each
    /// level would keep every level's stack in use, and a deep recursion would end the process.
    /// </summary>
    bool Note(JinjaException error, RenderContext context, in CallState state)
    {
        context.PlaceError(error, Code.Source);
        Template.AddNameHelp(error, context.Environment, DefinedIn.Activation.Globals);
        context.Leave(state);
        error.AddFrame(new TraceFrame(Code.Name ?? "caller", state.Source, state.Current?.Span ?? default));
        return false;
    }
}

/// <summary><c>{% macro name(...) %}</c>: makes the macro and stores it.</summary>
sealed class MacroStatement(MacroCode code, int slot) : Statement
{
    public MacroCode Code { get; } = code;

    public override Completion Execute(Frame frame)
    {
        frame.Slots[slot] = Value.From(new MacroValue(Code, frame));
        return Completion.Normal;
    }
}

/// <summary><c>{% call(...) callee(...) %}</c>: the callee gets the body as <c>caller</c>.</summary>
sealed class CallBlock(MacroCode body, Call call, JoinPlace? join) : Statement
{
    public override Completion Execute(Frame frame)
    {
        RenderContext context = frame.Context;
        Value target = call.Callee.Evaluate(frame);
        int mark = call.Arguments.Push(frame, call, out string[] names);
        if (names.Contains("caller"))
        {
            throw JinjaException.TypeError("got multiple values for keyword argument 'caller'");
        }

        context.Push(Value.From(new MacroValue(body, frame)));
        context.Current = call;
        Arguments arguments = context.ArgumentsOnStack(mark, [.. names, "caller"]);
        if (target.AsObject is OutputCallable callable)
        {
            Value result = callable.CallToOutput(context, arguments, out bool written);
            context.PopArguments(mark);
            if (!written)
            {
                Emit.WriteText(context, result, call, join);
            }
        }
        else
        {
            Value result = context.Call(target, arguments);
            context.PopArguments(mark);
            Emit.WriteText(context, result, call, join);
        }

        return Completion.Normal;
    }
}
