using Gild.Jinja.Values;

namespace Gild.Jinja.Runtime;

/// <summary>
/// The variables of one running template, macro, call block or recursive loop. Blocks such as <c>for</c> and <c>with</c>
/// have slots of their own in the frame around them. An empty slot is <see cref="Value.IsMissing"/>.
/// </summary>
sealed class Frame(RenderContext context)
{
    public readonly RenderContext Context = context;

    public Value[] Slots = [];

    /// <summary>The frame in which the running macro was defined.</summary>
    public Frame? Parent;

    public Activation Activation = null!;

    /// <summary>The frame <paramref name="hops"/> definitions further out.</summary>
    public Frame Outer(int hops)
    {
        Frame frame = this;
        while (hops-- > 0)
        {
            frame = frame.Parent!;
        }

        return frame;
    }
}

/// <summary>One activation of a template: its globals, looked up at most once each.</summary>
sealed class Activation(JinjaEnvironment environment, Globals globals, string[] names)
{
    readonly Value[] _values = names.Length == 0 ? [] : new Value[names.Length];

    public Globals Globals { get; } = globals;

    /// <summary>The global with this number; undefined (with its name) when nobody knows it.</summary>
    public Value Global(int id)
    {
        Value value = _values[id];
        return value.IsMissing ? LookUp(id) : value;
    }

    Value LookUp(int id)
    {
        string name = names[id];
        if (!Globals.TryGet(name, out Value value) && !environment.TryGetGlobal(name, out value))
        {
            value = default;
        }

        if (value.IsMissing)
        {
            value = Value.From(new UndefinedValue(environment.Options.Undefined, name));
        }

        return _values[id] = value;
    }
}
