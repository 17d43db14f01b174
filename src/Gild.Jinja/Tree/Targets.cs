using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Tree;

/// <summary>Where an assignment goes. The caller has written the place of the statement.</summary>
abstract class Target
{
    public abstract void Assign(Frame frame, Value value);
}

sealed class SlotTarget(int slot) : Target
{
    public int Slot { get; } = slot;

    public override void Assign(Frame frame, Value value) =>
        frame.Slots[Slot] = value.IsMissing ? frame.Context.UndefinedFor(null) : value;
}

sealed class TupleTarget(Target[] items) : Target
{
    public override void Assign(Frame frame, Value value)
    {
        if (value.As<TupleValue>() is { } tuple && tuple.Span.Length == items.Length)
        {
            ReadOnlySpan<Value> elements = tuple.Span;
            for (int i = 0; i < items.Length; i++)
            {
                items[i].Assign(frame, elements[i]);
            }

            return;
        }

        Unpack(frame, value);
    }

    void Unpack(Frame frame, Value value)
    {
        if (!IsIterable(value))
        {
            throw JinjaException.TypeError($"cannot unpack non-iterable {ValueText.TypeNameOf(value)} object");
        }

        List<Value> values = [];
        foreach (Value item in ValueOps.Walk(value))
        {
            if (values.Count == items.Length)
            {
                throw JinjaException.ValueError($"too many values to unpack (expected {items.Length})");
            }

            values.Add(item);
        }

        if (values.Count < items.Length)
        {
            throw JinjaException.ValueError($"not enough values to unpack (expected {items.Length}, got {values.Count})");
        }

        for (int i = 0; i < items.Length; i++)
        {
            items[i].Assign(frame, values[i]);
        }
    }

    static bool IsIterable(Value value) =>
        value.IsUndefined || value.IsString || value.AsObject is { Items: not null };
}

/// <summary><c>ns.name</c>; that <c>ns</c> is a namespace was checked before.</summary>
sealed class NamespaceTarget(Expression target, string name) : Target
{
    public override void Assign(Frame frame, Value value)
    {
        if (target.Evaluate(frame).AsObject is not { } o || !o.TrySetAttribute(name, value))
        {
            throw JinjaException.Runtime("cannot assign attribute on non-namespace object");
        }
    }

    /// <summary>
    /// The target of a set block, for which Jinja2 does not ask whether it is a namespace: a dict takes the item.
    /// </summary>
    public sealed class OfBlock(Expression target, string name) : Target
    {
        public override void Assign(Frame frame, Value value)
        {
            Value owner = target.Evaluate(frame);
            if (owner.As<DictValue>() is { } dict)
            {
                dict[name] = value;
            }
            else if (owner.AsObject is not { } o || !Accepts(o) || !o.TrySetAttribute(name, value))
            {
                throw JinjaException.TypeError($"'{ValueText.TypeNameOf(owner)}' object does not support item assignment");
            }
        }
    }

    /// <summary>Whether attributes of <paramref name="o"/> can be assigned at all.</summary>
    public static bool Accepts(JinjaObject o) => o is NamespaceValue || o.AcceptsAttributes;
}
