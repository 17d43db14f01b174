using Gild.Jinja.Parsing;
using Gild.Jinja.Runtime;
using Gild.Jinja.Tree;
using Gild.Jinja.Values;

namespace Gild.Jinja.Resolving;

/// <summary>
/// Jinja2 evaluates wholly constant expressions when it compiles, and there a slice goes through its lenient subscription:
/// <c>{{ 5[1:2] }}</c> prints nothing, where <c>{{ x[1:2] }}</c> is a TypeError. Everything else gives the same at compile time
/// and at run time, so only expressions with such a slice are tried here.
/// </summary>
static class ConstantFolding
{
    // Filters that get the context: Jinja2 leaves them to run time.
    static readonly HashSet<string> ContextFilters =
        ["map", "select", "reject", "selectattr", "rejectattr", "random"];

    /// <summary>Whether Jinja2 would evaluate <paramref name="expression"/> at compile time and it holds a slice.</summary>
    public static bool IsCandidate(ExpressionSyntax expression)
    {
        bool hasSlice = false;
        return IsConstant(expression, ref hasSlice) && hasSlice;
    }

    static bool IsConstant(ExpressionSyntax expression, ref bool hasSlice)
    {
        switch (expression)
        {
            case NameSyntax or CallSyntax or NamespaceTargetSyntax:
            case FilterSyntax { Target: null }:
            case FilterSyntax filter when ContextFilters.Contains(filter.Name):
                return false;
            case SliceSyntax:
                hasSlice = true;
                break;
        }

        Search search = new();
        SyntaxChildren.Visit(expression, search, static (search, child) =>
            search.IsConstant = search.IsConstant && IsConstant(child, ref search.HasSlice));
        hasSlice |= search.HasSlice;
        return search.IsConstant;
    }

    sealed class Search
    {
        public bool HasSlice;
        public bool IsConstant = true;
    }

    /// <summary>Whether Jinja2 would keep the value: an undefined it computes again at run time, unless it is printed.</summary>
    public static bool Holds(JinjaEnvironment environment, Expression resolved, bool isPrinted)
    {
        using RenderContext context = new(environment);
        Frame frame = new(context) { Activation = new Activation(environment, new DictionaryGlobals([]), []) };
        try
        {
            Value value = resolved.Evaluate(frame);
            if (isPrinted)
            {
                ValueText.ToText(value);
                return true;
            }

            return !HoldsUndefined(value);
        }
        catch (JinjaException)
        {
            return false;
        }
    }

    static bool HoldsUndefined(Value value) => value.AsObject switch
    {
        null => value.IsUndefined,
        ListValue or TupleValue => ValueOps.Iterate(value).Any(HoldsUndefined),
        DictValue dict => dict.Entries.Any(entry => HoldsUndefined(entry.Key) || HoldsUndefined(entry.Value)),
        MarkupValue => false,
        _ => true,
    };
}
