using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Tree;

sealed class Constant(Value value) : Expression
{
    public Value Value { get; } = value;

    public override Value Evaluate(Frame frame) => Value;
}

/// <summary>A name that only the globals can know.</summary>
sealed class GlobalName(int id, string name) : Expression
{
    public string Name { get; } = name;

    public override Value Evaluate(Frame frame) => frame.Activation.Global(id);
}

/// <summary>A variable of the running frame.</summary>
sealed class LocalName(int slot, string name) : Expression
{
    public int Slot { get; } = slot;

    public override Value Evaluate(Frame frame)
    {
        Value value = frame.Slots[Slot];
        return value.IsMissing ? frame.Context.UndefinedFor(name) : value;
    }
}

/// <summary>A variable of a frame further out (a macro reads what surrounds its definition).</summary>
sealed class OuterName(int hops, int slot, string name) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        Value value = frame.Outer(hops).Slots[slot];
        return value.IsMissing ? frame.Context.UndefinedFor(name) : value;
    }
}

/// <summary>A variable that is a global as long as nothing has been stored in it.</summary>
sealed class StoredOrGlobalName(int hops, int slot, int id) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        Value value = frame.Outer(hops).Slots[slot];
        return value.IsMissing ? frame.Activation.Global(id) : value;
    }
}

/// <summary>What happens to a block's variables when it is entered: some start empty, some as copies of outer ones.</summary>
sealed class ScopeEntry
{
    public static readonly ScopeEntry Nothing = new([], [], []);

    readonly int[] _emptied;
    readonly (int Slot, Alias From)[] _copied;
    readonly int[] _cleared;

    public ScopeEntry(int[] emptied, (int Slot, Alias From)[] copied, int[] cleared)
    {
        _emptied = emptied;
        _copied = copied;
        _cleared = cleared;
    }

    public void Enter(Frame frame)
    {
        foreach (int slot in _emptied)
        {
            frame.Slots[slot] = default;
        }

        foreach ((int slot, Alias from) in _copied)
        {
            frame.Slots[slot] = from.Read(frame);
        }
    }

    /// <summary>Empties the variables of the block, where something that outlives it could still look at them.</summary>
    public void Leave(Frame frame)
    {
        foreach (int slot in _cleared)
        {
            frame.Slots[slot] = default;
        }
    }
}

/// <summary>The outer variable that a block's own variable starts as a copy of.</summary>
readonly record struct Alias(int Hops, int Slot, int GlobalId)
{
    public Value Read(Frame frame)
    {
        Value value = Slot < 0 ? default : frame.Outer(Hops).Slots[Slot];
        return value.IsMissing && GlobalId >= 0 ? frame.Activation.Global(GlobalId) : value;
    }
}
