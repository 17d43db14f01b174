using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Tree;

/// <summary>The parts of a <c>for</c> that its kinds share.</summary>
sealed class LoopBody
{
    public required Target Target { get; init; }

    /// <summary>The slot when the target is a plain name, else -1.</summary>
    public required int TargetSlot { get; init; }

    /// <summary>The slot of <c>loop</c>, or -1 when the body does not look at it.</summary>
    public required int LoopSlot { get; init; }

    public required LoopFilter? Filter { get; init; }

    public required Statement[] Body { get; init; }

    public required ScopeEntry Scope { get; init; }

    public required Statement[] Else { get; init; }

    public required ScopeEntry ElseScope { get; init; }
}

/// <summary><c>for … if test</c>: the test sees the target under slots of its own.</summary>
sealed class LoopFilter(Target target, Expression test, ScopeEntry scope) : Node
{
    public ScopeEntry Scope => scope;

    public bool Passes(Frame frame, Value item)
    {
        frame.Context.Current = this;
        target.Assign(frame, item);
        return test.IsTrue(frame);
    }

    public IEnumerable<Value> Select(Frame frame, IEnumerable<Value> items)
    {
        foreach (Value item in items)
        {
            if (Passes(frame, item))
            {
                yield return item;
            }
        }
    }
}

sealed class For(Expression items, LoopBody loop) : Statement
{
    public override Completion Execute(Frame frame)
    {
        Value value = items.Evaluate(frame);
        frame.Context.Current = this;
        return Run(this, loop, frame, value, null, 0);
    }

    /// <summary>Runs the loop over <paramref name="value"/>.</summary>
    /// <param name="recursion">The recursive loop that this is a level of, if it is one.</param>
    public static Completion Run(Node place, LoopBody loop, Frame frame, Value value, RecursiveLoop? recursion, int depth)
    {
        bool ran;
        Completion completion = loop.LoopSlot >= 0
            ? RunWithLoop(place, loop, frame, value, recursion, depth, out ran)
            : RunPlain(place, loop, frame, value, out ran);
        if (!ran && loop.Else.Length > 0)
        {
            loop.ElseScope.Enter(frame);
            completion = Statement.ExecuteAll(loop.Else, frame);
            loop.ElseScope.Leave(frame);
        }

        return completion;
    }

    static Completion RunPlain(Node place, LoopBody loop, Frame frame, Value value, out bool ran)
    {
        ran = false;
        if (loop.Filter is null && value.As<ListValue>() is { } list)
        {
            // A list may grow while it is walked, as in Python.
            for (int i = 0; i < list.Elements.Count; i++)
            {
                Completion completion = Step(place, loop, frame, list.Elements[i], ref ran);
                if (completion == Completion.Return)
                {
                    return completion;
                }

                if (completion == Completion.Break)
                {
                    break;
                }
            }
        }
        else
        {
            loop.Filter?.Scope.Enter(frame);
            foreach (Value item in ItemsOf(loop, frame, value))
            {
                Completion completion = Step(place, loop, frame, item, ref ran);
                if (completion == Completion.Return)
                {
                    return completion;
                }

                if (completion == Completion.Break)
                {
                    break;
                }

                frame.Context.Current = place;
            }
        }

        loop.Scope.Leave(frame);
        return Completion.Normal;
    }

    static IEnumerable<Value> ItemsOf(LoopBody loop, Frame frame, Value value)
    {
        IEnumerable<Value> items = ValueOps.Iterate(value);
        return loop.Filter is { } filter ? filter.Select(frame, items) : items;
    }

    /// <param name="ran">Set by a step that came to its end: <c>break</c> and <c>continue</c> in every one leave the way to <c>else</c> open, as in Jinja2.</param>
    static Completion Step(Node place, LoopBody loop, Frame frame, Value item, ref bool ran)
    {
        frame.Context.CountIteration();
        if (loop.TargetSlot >= 0)
        {
            frame.Slots[loop.TargetSlot] = item.IsMissing ? frame.Context.UndefinedFor(null) : item;
        }
        else
        {
            frame.Context.Current = place;
            loop.Target.Assign(frame, item);
        }

        loop.Scope.Enter(frame);
        Completion completion = Statement.ExecuteAll(loop.Body, frame);
        ran |= completion is Completion.Normal or Completion.Return;
        return completion;
    }

    static Completion RunWithLoop(
        Node place, LoopBody loop, Frame frame, Value value, RecursiveLoop? recursion, int depth, out bool ran)
    {
        loop.Filter?.Scope.Enter(frame);
        ListValue? list = loop.Filter is null ? value.As<ListValue>() : null;
        UndefinedBehavior undefined = frame.Context.Environment.Options.Undefined;
        Frame? recursionFrame = recursion is null ? null : frame.Parent;
        LoopObject state = list is not null
            ? new LoopObject(list, recursion, depth) { Undefined = undefined, RecursionFrame = recursionFrame }
            : new LoopObject(ItemsOf(loop, frame, value).GetEnumerator(), loop.Filter is null ? LengthOf(value) : null, recursion, depth)
            {
                Undefined = undefined,
                RecursionFrame = recursionFrame,
            };
        ran = false;
        frame.Slots[loop.LoopSlot] = Value.From(state);
        while (state.MoveNext())
        {
            Completion completion = Step(place, loop, frame, state.Current, ref ran);
            if (completion == Completion.Return)
            {
                return completion;
            }

            if (completion == Completion.Break)
            {
                break;
            }

            frame.Context.Current = place;
        }

        loop.Scope.Leave(frame);
        return Completion.Normal;
    }

    static int? LengthOf(Value value) => value.AsObject is { } o ? o.Length : value.IsString ? ValueOps.LengthOf(value) : null;
}

/// <summary><c>{% for … recursive %}</c>: the loop is a function that <c>loop(...)</c> calls again.</summary>
sealed class RecursiveFor(Expression items, RecursiveLoop loop) : Statement
{
    public override Completion Execute(Frame frame)
    {
        Value value = items.Evaluate(frame);
        frame.Context.Current = this;
        return loop.Run(frame, value, 0);
    }
}

/// <summary>The function of a recursive loop.</summary>
sealed class RecursiveLoop(int slotCount) : Node
{
    public LoopBody Loop { get; set; } = null!;

    public Completion Run(Frame definedIn, Value items, int depth)
    {
        RenderContext context = definedIn.Context;
        Frame frame = context.RentFrame(slotCount, definedIn, definedIn.Activation);
        context.Current = this;
        Completion completion = For.Run(this, Loop, frame, items, this, depth);

        // The frame is not reused: the loop object, and macros of the body, may still hold it.
        return completion;
    }
}

enum LoopField : byte
{
    Index,
    Index0,
    First,
    Last,
    Length,
}

/// <summary><c>loop.index</c> and its like, where <c>loop</c> is what it looks like.</summary>
sealed class LoopAttribute(Expression target, string name, LoopField field) : Expression
{
    public static bool TryParse(string name, out LoopField field)
    {
        (bool known, field) = name switch
        {
            "index" => (true, LoopField.Index),
            "index0" => (true, LoopField.Index0),
            "first" => (true, LoopField.First),
            "last" => (true, LoopField.Last),
            "length" => (true, LoopField.Length),
            _ => (false, default),
        };
        return known;
    }

    public override Value Evaluate(Frame frame)
    {
        Value value = target.Evaluate(frame);
        frame.Context.Current = this;
        if (value.As<LoopObject>() is not { } loop)
        {
            return frame.Context.GetAttribute(value, name);
        }

        return field switch
        {
            LoopField.Index => loop.Index0 + 1,
            LoopField.Index0 => loop.Index0,
            LoopField.First => loop.Index0 == 0,
            LoopField.Last => loop.IsLast,
            _ => loop.LengthNow(),
        };
    }
}

/// <summary>The <c>loop</c> variable. Looking ahead (<c>last</c>, <c>nextitem</c>, <c>length</c>) happens only on request.</summary>
sealed class LoopObject : OutputCallable
{
    readonly ListValue? _list;
    readonly RecursiveLoop? _recursion;
    readonly int _depth;
    readonly int? _knownLength;

    IEnumerator<Value>? _items;
    Frame? _recursionFrame;
    int _next;
    int? _length;
    Value _after;
    Value _before;
    bool _hasAfter;
    Value[]? _lastChanged;

    public LoopObject(ListValue list, RecursiveLoop? recursion, int depth)
    {
        _list = list;
        _recursion = recursion;
        _depth = depth;
    }

    public LoopObject(IEnumerator<Value> items, int? length, RecursiveLoop? recursion, int depth)
    {
        _items = items;
        _knownLength = length;
        _recursion = recursion;
        _depth = depth;
    }

    public Value Current { get; private set; }

    public long Index0 { get; private set; } = -1;

    public override string TypeName => "LoopContext";

    public override int? Length => (int)LengthNow();

    public override string ToRepr() => $"<LoopContext {Index0 + 1}/{LengthNow()}>";

    public bool MoveNext()
    {
        Value next;
        if (_hasAfter)
        {
            next = _after;
            _hasAfter = false;
            _after = default;
        }
        else if (!TryRead(out next))
        {
            return false;
        }

        Index0++;
        _before = Current;
        Current = next;
        return true;
    }

    bool TryRead(out Value value)
    {
        if (_list is { } list && _items is null)
        {
            if (_next < list.Elements.Count)
            {
                value = list.Elements[_next++];
                return true;
            }

            // An exhausted list iterator stays exhausted.
            _next = int.MaxValue;
            value = default;
            return false;
        }

        if (_items!.MoveNext())
        {
            value = _items.Current;
            return true;
        }

        value = default;
        return false;
    }

    bool HasNext()
    {
        if (!_hasAfter)
        {
            _hasAfter = TryRead(out _after);
        }

        return _hasAfter;
    }

    public bool IsLast => !HasNext();

    public long LengthNow()
    {
        if (_length is { } known)
        {
            return known;
        }

        if (_list is not null)
        {
            _length = _list.Elements.Count;
        }
        else if (_knownLength is { } length)
        {
            _length = length;
        }
        else
        {
            List<Value> rest = [];
            while (_items!.MoveNext())
            {
                rest.Add(_items.Current);
            }

            _items = rest.GetEnumerator();
            _length = rest.Count + (int)Index0 + 1 + (_hasAfter ? 1 : 0);
        }

        return _length.Value;
    }

    public override bool TryGetAttribute(string name, out Value value)
    {
        switch (name)
        {
            case "index":
                value = Index0 + 1;
                return true;
            case "index0":
                value = Index0;
                return true;
            case "first":
                value = Index0 == 0;
                return true;
            case "last":
                value = IsLast;
                return true;
            case "length":
                value = LengthNow();
                return true;
            case "revindex":
                value = LengthNow() - Index0;
                return true;
            case "revindex0":
                value = LengthNow() - Index0 - 1;
                return true;
            case "depth":
                value = _depth + 1L;
                return true;
            case "depth0":
                value = (long)_depth;
                return true;
            case "previtem":
                value = Index0 == 0 ? Missing("there is no previous item") : _before;
                return true;
            case "nextitem":
                value = HasNext() ? _after : Missing("there is no next item");
                return true;
            case "cycle":
                value = Value.From(new LoopMethod(this, name, (_, arguments) => Cycle(arguments)));
                return true;
            case "changed":
                value = Value.From(new LoopMethod(this, name, (_, arguments) => Changed(arguments)));
                return true;
            default:
                value = default;
                return false;
        }
    }

    Value Missing(string hint) => Value.From(new UndefinedValue(Undefined, null, hint: hint));

    /// <summary>How this render's undefined values behave; set when the loop starts.</summary>
    public UndefinedBehavior Undefined { get; init; }

    public override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result)
    {
        switch (name)
        {
            case "cycle":
                result = Cycle(arguments);
                return true;
            case "changed":
                result = Changed(arguments);
                return true;
            default:
                result = default;
                return false;
        }
    }

    Value Cycle(Arguments arguments)
    {
        NoKeywords("cycle", arguments);
        return arguments.Count == 0
            ? throw JinjaException.TypeError("no items for cycling given")
            : arguments.Positional[(int)(Index0 % arguments.Count)];
    }

    Value Changed(Arguments arguments)
    {
        NoKeywords("changed", arguments);
        if (_lastChanged is { } last && AreEqual(last, arguments.Positional))
        {
            return false;
        }

        _lastChanged = arguments.Positional.ToArray();
        return true;
    }

    static bool AreEqual(Value[] last, ReadOnlySpan<Value> now)
    {
        if (last.Length != now.Length)
        {
            return false;
        }

        for (int i = 0; i < last.Length; i++)
        {
            if (!last[i].IsSameAs(now[i]) && !last[i].Equals(now[i]))
            {
                return false;
            }
        }

        return true;
    }

    static void NoKeywords(string function, Arguments arguments)
    {
        if (arguments.KeywordNames.Length > 0)
        {
            throw JinjaException.TypeError(
                $"LoopContext.{function}() got an unexpected keyword argument '{arguments.KeywordNames[0]}'");
        }
    }

    /// <summary>The frame in which the recursive loop was defined.</summary>
    public Frame? RecursionFrame
    {
        get => _recursionFrame;
        init => _recursionFrame = value;
    }

    public override Value CallToOutput(RenderContext context, Arguments arguments, out bool written)
    {
        arguments.CheckSignature("LoopContext.__call__", ["iterable"]);
        Value items = arguments.Require(0, "iterable", "LoopContext.__call__");
        if (_recursion is null || RecursionFrame is null)
        {
            throw JinjaException.TypeError("The loop must have the 'recursive' marker to be called recursively.");
        }

        context.EnterDepth();
        Completion completion = _recursion.Run(RecursionFrame, items, _depth + 1);
        context.LeaveDepth();
        if (completion == Completion.Return)
        {
            throw new MacroReturn(context.ReturnValue);
        }

        written = true;
        return default;
    }
}
