using System.Runtime.CompilerServices;
using Gild.Jinja.Builtins;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Tree;
using Gild.Jinja.Values;

namespace Gild.Jinja.Runtime;

/// <summary>The state of one render; belongs to one thread. Output, frames and argument stack are reused.</summary>
public sealed class RenderContext : IDisposable
{
    // Iterations between two looks at the limit and the cancellation token.
    const int IterationsPerCheck = 1024;

    CallSite[] _calls = new CallSite[16];
    int _callCount;
    Frame[] _freeFrames = new Frame[8];
    int _freeFrameCount;
    readonly int _maxDepth;

    Value[] _arguments = new Value[32];
    int _argumentCount;
    int _depth;
    int _iterationsLeft = IterationsPerCheck;
    long _iterations;

    readonly record struct CallSite(string Macro, SourceText Source, Span Site);

    public RenderContext(JinjaEnvironment environment, CancellationToken cancellation = default)
    {
        Environment = environment;
        Cancellation = cancellation;
        Output = new OutputBuffer(environment.Options.MaxOutput);
        _maxDepth = environment.Options.MaxDepth;
    }

    public JinjaEnvironment Environment { get; }

    public CancellationToken Cancellation { get; }

    /// <summary>Free for the host.</summary>
    public object? Host { get; set; }

    /// <summary>What the render has written; builtins use its tail to build texts.</summary>
    public OutputBuffer Output { get; }

    /// <summary>The macro calls that are running, innermost last.</summary>
    public IReadOnlyList<TraceFrame> MacroStack =>
        [.. _calls.Take(_callCount).Select(call => new TraceFrame(call.Macro, call.Source, call.Site))];

    /// <summary>The node that is about to do something that can fail.</summary>
    internal Node? Current;

    /// <summary>The source of the code that is running.</summary>
    internal SourceText Source = EmptySource;

    internal Value ReturnValue;

    internal bool Autoescape;

    /// <summary>The text of a filter or set block, for its filter.</summary>
    internal Value BlockText;

    static readonly SourceText EmptySource = new("", "");

    /// <summary>Calls any callable value.</summary>
    /// <exception cref="JinjaException">TypeError when it cannot be called.</exception>
    public Value Call(Value callee, Arguments arguments)
    {
        if (callee.AsObject is { } callable)
        {
            if (callable is UndefinedValue undefined)
            {
                return undefined.Behavior == UndefinedBehavior.Chainable && !undefined.IsUnsafe ? callee : throw undefined.Error();
            }

            return callable.Call(this, arguments);
        }

        throw callee.IsUndefined
            ? JinjaException.Undefined("the called value is undefined")
            : JinjaException.TypeError($"'{ValueText.TypeNameOf(callee)}' object is not callable");
    }

    /// <summary><c>target.name(...)</c>.</summary>
    public Value CallMethod(Value target, string name, Arguments arguments)
    {
        if (!target.IsUndefined && !UnsafeAttributes.Exists(target, name))
        {
            bool called = target.AsObject is { } o
                ? o.TryCallMethod(this, name, arguments, out Value result)
                : Methods.TryCall(this, target, name, arguments, out result);
            if (called)
            {
                return result;
            }
        }

        Node? place = Current;
        Value callee = GetAttribute(target, name);
        Current = place;
        return Call(callee, arguments);
    }

    /// <summary><c>target.name</c>: attribute first, then item, then undefined.</summary>
    /// <exception cref="JinjaException">UndefinedError when the target itself is undefined.</exception>
    public Value GetAttribute(Value target, string name)
    {
        if (target.IsUndefined)
        {
            return AttributeOfUndefined(target, name);
        }

        if (UnsafeAttributes.Exists(target, name))
        {
            return Unsafe(target, name);
        }

        JinjaObject? o = target.AsObject;
        Value value;
        if (o is not null ? o.TryGetAttribute(name, out value) : Methods.TryGetBound(target, name, out value))
        {
            return value;
        }

        return o is not null && o.TryGetItem(Value.From(name), out value) ? value : UndefinedFor(name, ValueText.TypeNameOf(target));
    }

    /// <summary>The attribute <paramref name="name"/> and never an item; what the sandbox keeps back is an undefined that says so.</summary>
    public bool TryGetOnlyAttribute(Value target, string name, out Value value)
    {
        if (UnsafeAttributes.Exists(target, name))
        {
            value = Unsafe(target, name);
            return true;
        }

        if (target.IsUndefined)
        {
            value = default;
            return false;
        }

        return target.AsObject is { } o ? o.TryGetAttribute(name, out value) : Methods.TryGetBound(target, name, out value);
    }

    /// <summary><c>target[key]</c>: item first, then attribute when the key is a str, then undefined.</summary>
    /// <exception cref="JinjaException">UndefinedError when the target itself is undefined.</exception>
    public Value GetItem(Value target, Value key)
    {
        if (target.IsUndefined)
        {
            return target.AsObject is UndefinedValue { Behavior: UndefinedBehavior.Chainable, IsUnsafe: false }
                ? target
                : throw UndefinedError(target);
        }

        JinjaObject? o = target.AsObject;
        Value value;
        if (o is not null && TryGetItemOf(o, key, out value))
        {
            return value;
        }

        if (o is null && ValueOps.TryGetTextItem(target, key, out value))
        {
            return value;
        }

        if (key.TryGetText(out string name))
        {
            if (UnsafeAttributes.Exists(target, name))
            {
                return Unsafe(target, name);
            }

            if (o is not null ? o.TryGetAttribute(name, out value) : Methods.TryGetBound(target, name, out value))
            {
                return value;
            }

            return UndefinedFor(name, ValueText.TypeNameOf(target));
        }

        return UndefinedFor(
            null, hint: $"{(o is null ? ValueText.TypeNameOf(target) : o.TypeName)} object has no element {ReprForMessage(key)}");
    }

    // Looking up an unhashable key is "no such item" here, as Jinja2 swallows the TypeError.
    static bool TryGetItemOf(JinjaObject o, Value key, out Value value)
    {
        try
        {
            return o.TryGetItem(key, out value);
        }
        catch (JinjaException e) when (e.Kind is "TypeError" or "KeyError" or "IndexError")
        {
            value = default;
            return false;
        }
    }

    static string ReprForMessage(Value key)
    {
        string repr = key.IsUndefined ? "Undefined" : ValueText.ToRepr(key);
        return repr.Length <= 100 ? repr : repr[..100] + "…";
    }

    Value AttributeOfUndefined(Value target, string name)
    {
        if (UnsafeAttributes.Exists(target, name))
        {
            return Unsafe(target, name);
        }

        return target.AsObject is UndefinedValue { Behavior: UndefinedBehavior.Chainable, IsUnsafe: false }
            ? target
            : throw UndefinedError(target);
    }

    static JinjaException UndefinedError(Value target) =>
        target.AsObject is UndefinedValue undefined ? undefined.Error() : JinjaException.Undefined("the value is undefined");

    Value Unsafe(Value target, string name)
    {
        string type = target.IsUndefined ? "Undefined" : ValueText.TypeNameOf(target);
        string hint = $"access to attribute '{name}' of '{type}' object is unsafe.";
        return Value.From(new UndefinedValue(Environment.Options.Undefined, name, null, hint) { IsUnsafe = true });
    }

    /// <summary>Counts work against the iteration limit; builtins that loop call it now and then.</summary>
    /// <exception cref="JinjaException">The limit of iterations is reached.</exception>
    /// <exception cref="OperationCanceledException">The render was cancelled.</exception>
    public void Tick(int iterations = 1)
    {
        _iterationsLeft -= iterations;
        if (_iterationsLeft < 0)
        {
            CheckIterations();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void CountIteration()
    {
        if (--_iterationsLeft < 0)
        {
            CheckIterations();
        }
    }

    /// <summary>Counts a text that a filter or a method made: 64 characters as one iteration.</summary>
    internal void CountText(int length)
    {
        _iterationsLeft -= length / 64;
        if (_iterationsLeft < 0)
        {
            CheckIterations();
        }
    }

    void CheckIterations()
    {
        _iterations += IterationsPerCheck - _iterationsLeft;
        _iterationsLeft = IterationsPerCheck;
        Cancellation.ThrowIfCancellationRequested();
        if (_iterations > Environment.Options.MaxIterations)
        {
            throw JinjaException.Limit($"the template runs for more than {Environment.Options.MaxIterations} iterations");
        }
    }

    /// <summary>The undefined that this environment makes for a missing attribute, item or name.</summary>
    public Value UndefinedFor(string? name, string? ownerType = null, string? hint = null) =>
        Value.From(new UndefinedValue(Environment.Options.Undefined, name, ownerType, hint));

    public void Dispose() => Output.Dispose();

    internal void EnterDepth()
    {
        CountIteration();
        if (_depth >= _maxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw JinjaException.Recursion($"macros or recursive loops are nested more than {_depth} deep");
        }

        _depth++;
    }

    internal void LeaveDepth() => _depth--;

    internal void EnsureStack(Node place)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            Current = place;
            throw JinjaException.Recursion("the expression is nested too deeply");
        }
    }

    internal CallState EnterMacro(MacroCode code)
    {
        EnterDepth();
        CallState state = new(Current, Source, _depth - 1, _argumentCount, _callCount, Autoescape);
        if (_callCount == _calls.Length)
        {
            Array.Resize(ref _calls, _calls.Length * 2);
        }

        _calls[_callCount++] = new CallSite(code.Name ?? "caller", Source, Current?.Span ?? default);
        Source = code.Source;
        Current = code;
        return state;
    }

    internal CallState EnterTemplate(SourceText source)
    {
        EnterDepth();
        CallState state = new(Current, Source, _depth - 1, _argumentCount, _callCount, Autoescape);
        Source = source;
        Current = null;
        return state;
    }

    internal void Leave(in CallState state)
    {
        Current = state.Current;
        Source = state.Source;
        _depth = state.Depth;
        _argumentCount = state.ArgumentCount;
        Autoescape = state.Autoescape;
        _callCount = state.CallCount;
    }

    /// <summary>Tells <paramref name="error"/> where it happened, if nobody has yet.</summary>
    internal void PlaceError(JinjaException error, SourceText source)
    {
        if (error.Place is null)
        {
            error.At(source, Current?.Span ?? default, Current?.Line ?? 1);
        }
    }

    internal Frame RentFrame(int slotCount, Frame? parent, Activation activation)
    {
        Frame frame = _freeFrameCount > 0 ? _freeFrames[--_freeFrameCount] : new Frame(this);
        if (frame.Slots.Length < slotCount)
        {
            frame.Slots = new Value[Math.Max(slotCount, 8)];
        }

        frame.Parent = parent;
        frame.Activation = activation;
        return frame;
    }

    internal void ReturnFrame(Frame frame, int slotCount)
    {
        Array.Clear(frame.Slots, 0, slotCount);
        if (_freeFrameCount == _freeFrames.Length)
        {
            Array.Resize(ref _freeFrames, _freeFrames.Length * 2);
        }

        _freeFrames[_freeFrameCount++] = frame;
    }

    internal Value TakeBlockText()
    {
        Value text = BlockText;
        BlockText = default;
        return text;
    }

    /// <summary>Evaluates expressions onto the argument stack. Returns the mark to pop to.</summary>
    internal int PushArguments(Expression[] expressions, Frame frame)
    {
        int mark = _argumentCount;
        PushMore(expressions, frame);
        return mark;
    }

    internal void PushMore(Expression[] expressions, Frame frame)
    {
        foreach (Expression expression in expressions)
        {
            Push(expression.Evaluate(frame));
        }
    }

    internal int PushArgument(Value value)
    {
        Push(value);
        return _argumentCount - 1;
    }

    internal void Push(Value value)
    {
        if (_argumentCount == _arguments.Length)
        {
            Array.Resize(ref _arguments, _arguments.Length * 2);
        }

        _arguments[_argumentCount++] = value;
    }

    internal ReadOnlySpan<Value> ArgumentsFrom(int mark) => _arguments.AsSpan(mark, _argumentCount - mark);

    internal Arguments ArgumentsOnStack(int mark, string[] names)
    {
        int positional = _argumentCount - mark - names.Length;
        return new Arguments(
            _arguments.AsSpan(mark, positional), names, _arguments.AsSpan(mark + positional, names.Length));
    }

    internal void PopArguments(int mark)
    {
        Array.Clear(_arguments, mark, _argumentCount - mark);
        _argumentCount = mark;
    }
}

/// <summary>What a call has to put back when it ends.</summary>
readonly record struct CallState(
    Node? Current, SourceText Source, int Depth, int ArgumentCount, int CallCount, bool Autoescape);
