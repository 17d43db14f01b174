using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Tree;

/// <summary>
/// A node of the resolved tree, evaluated directly. Names are slots, filters and tests are delegates, constants are
/// folded. A node that is about to do something that can fail writes itself into <see cref="RenderContext.Current"/>;
/// the place of an error is read from there, once, when there is an error.
/// </summary>
abstract class Node
{
    public Span Span { get; init; }

    /// <summary>The line that Jinja2 would report for an error here.</summary>
    public int Line { get; init; }
}

abstract class Expression : Node
{
    public abstract Value Evaluate(Frame frame);

    /// <summary>Python's truth of the value.</summary>
    public virtual bool IsTrue(Frame frame)
    {
        Value value = Evaluate(frame);
        if (value.IsBool)
        {
            return value.AsBool;
        }

        frame.Context.Current = this;
        return value.IsTrue;
    }
}

/// <summary>How the execution of a statement ended.</summary>
enum Completion : byte
{
    Normal,
    /// <summary>A macro ends with <see cref="RenderContext.ReturnValue"/>.</summary>
    Return,
    /// <summary>The innermost loop ends.</summary>
    Break,
    /// <summary>The innermost loop goes on with its next item.</summary>
    Continue,
}

abstract class Statement : Node
{
    public abstract Completion Execute(Frame frame);

    public static Completion ExecuteAll(Statement[] body, Frame frame)
    {
        foreach (Statement statement in body)
        {
            Completion completion = statement.Execute(frame);
            if (completion != Completion.Normal)
            {
                return completion;
            }
        }

        return Completion.Normal;
    }
}
