using Gild.Jinja.Parsing;

namespace Gild.Jinja.Resolving;

/// <summary>The children of syntax nodes, in the order in which Jinja2 walks them.</summary>
static class SyntaxChildren
{
    /// <summary>Calls <paramref name="visit"/> for the direct children of an expression.</summary>
    public static void Visit<T>(ExpressionSyntax expression, T state, Action<T, ExpressionSyntax> visit)
    {
        switch (expression)
        {
            case TupleSyntax tuple:
                VisitAll(tuple.Items, state, visit);
                break;
            case ListSyntax list:
                VisitAll(list.Items, state, visit);
                break;
            case DictSyntax dict:
                foreach ((ExpressionSyntax key, ExpressionSyntax value) in dict.Items)
                {
                    visit(state, key);
                    visit(state, value);
                }

                break;
            case ConditionalSyntax conditional:
                visit(state, conditional.Test);
                visit(state, conditional.Then);
                VisitOne(conditional.Else, state, visit);
                break;
            case LogicalSyntax logical:
                visit(state, logical.Left);
                visit(state, logical.Right);
                break;
            case BinarySyntax binary:
                visit(state, binary.Left);
                visit(state, binary.Right);
                break;
            case UnarySyntax unary:
                visit(state, unary.Operand);
                break;
            case CompareSyntax compare:
                visit(state, compare.First);
                foreach ((_, ExpressionSyntax operand) in compare.Rest)
                {
                    visit(state, operand);
                }

                break;
            case ConcatSyntax concat:
                VisitAll(concat.Parts, state, visit);
                break;
            case AttributeSyntax attribute:
                visit(state, attribute.Target);
                break;
            case ItemSyntax item:
                visit(state, item.Target);
                visit(state, item.Key);
                break;
            case SliceSyntax slice:
                VisitOne(slice.Start, state, visit);
                VisitOne(slice.Stop, state, visit);
                VisitOne(slice.Step, state, visit);
                break;
            case CallSyntax call:
                visit(state, call.Callee);
                VisitArguments(call.Arguments, state, visit);
                break;
            case FilterSyntax filter:
                VisitOne(filter.Target, state, visit);
                VisitArguments(filter.Arguments, state, visit);
                break;
            case TestSyntax test:
                visit(state, test.Target);
                VisitArguments(test.Arguments, state, visit);
                break;
        }
    }

    static void VisitOne<T>(ExpressionSyntax? expression, T state, Action<T, ExpressionSyntax> visit)
    {
        if (expression is not null)
        {
            visit(state, expression);
        }
    }

    static void VisitAll<T>(ExpressionSyntax[] expressions, T state, Action<T, ExpressionSyntax> visit)
    {
        foreach (ExpressionSyntax expression in expressions)
        {
            visit(state, expression);
        }
    }

    static void VisitArguments<T>(ArgumentsSyntax arguments, T state, Action<T, ExpressionSyntax> visit)
    {
        VisitAll(arguments.Positional, state, visit);
        foreach ((_, ExpressionSyntax value) in arguments.Keywords)
        {
            visit(state, value);
        }

        VisitOne(arguments.Star, state, visit);
        VisitOne(arguments.DoubleStar, state, visit);
    }
}
