using System.Text;
using Gild.Jinja.Values;

namespace Gild.Jinja.Parsing;

/// <summary>
/// An expression as Jinja2 shows its syntax tree: <c>Call(node=Name(name='env_var', ctx='load'), args=[...], ...)</c>. dbt puts such texts
/// into artifacts and compares them with those of earlier runs.
/// </summary>
static class SyntaxRepr
{
    /// <summary>A keyword argument: <c>Keyword(key='materialized', value=Const(value='view'))</c>.</summary>
    public static string Keyword(string name, ExpressionSyntax value)
    {
        StringBuilder text = new();
        AppendKeyword(text, name, value);
        return text.ToString();
    }

    static void AppendKeyword(StringBuilder text, string name, ExpressionSyntax value)
    {
        text.Append("Keyword(key=").Append(ValueText.ReprOf(name)).Append(", value=");
        Append(text, value);
        text.Append(')');
    }

    static void Append(StringBuilder text, ExpressionSyntax? expression)
    {
        switch (expression)
        {
            case null:
                text.Append("None");
                break;
            case NameSyntax name:
                text.Append("Name(name=").Append(ValueText.ReprOf(name.Name)).Append(", ctx='load')");
                break;
            case ConstantSyntax constant:
                text.Append("Const(value=").Append(ValueText.ToRepr(constant.Value)).Append(')');
                break;
            case TupleSyntax tuple:
                text.Append("Tuple(items=");
                AppendAll(text, tuple.Items);
                text.Append(", ctx='load')");
                break;
            case ListSyntax list:
                text.Append("List(items=");
                AppendAll(text, list.Items);
                text.Append(')');
                break;
            case DictSyntax dict:
                AppendDict(text, dict);
                break;
            case ConditionalSyntax choice:
                AppendNode(text, "CondExpr", ("test", choice.Test), ("expr1", choice.Then), ("expr2", choice.Else));
                break;
            case LogicalSyntax logical:
                AppendNode(text, logical.Operator == LogicalOperator.And ? "And" : "Or", ("left", logical.Left), ("right", logical.Right));
                break;
            case BinarySyntax binary:
                AppendNode(text, NameOf(binary.Operator), ("left", binary.Left), ("right", binary.Right));
                break;
            case UnarySyntax unary:
                AppendNode(text, unary.Operator switch { UnaryOperator.Not => "Not", UnaryOperator.Negate => "Neg", _ => "Pos" }, ("node", unary.Operand));
                break;
            case CompareSyntax compare:
                AppendCompare(text, compare);
                break;
            case ConcatSyntax concat:
                text.Append("Concat(nodes=");
                AppendAll(text, concat.Parts);
                text.Append(')');
                break;
            case AttributeSyntax attribute:
                text.Append("Getattr(node=");
                Append(text, attribute.Target);
                text.Append(", attr=").Append(ValueText.ReprOf(attribute.Name)).Append(", ctx='load')");
                break;
            case ItemSyntax item:
                text.Append("Getitem(node=");
                Append(text, item.Target);
                text.Append(", arg=");
                Append(text, item.Key);
                text.Append(", ctx='load')");
                break;
            case SliceSyntax slice:
                AppendNode(text, "Slice", ("start", slice.Start), ("stop", slice.Stop), ("step", slice.Step));
                break;
            case CallSyntax call:
                text.Append("Call(node=");
                Append(text, call.Callee);
                AppendArguments(text, call.Arguments);
                break;
            case FilterSyntax filter:
                AppendNamed(text, "Filter", filter.Target, filter.Name, filter.Arguments);
                break;
            case TestSyntax test:
                AppendNamed(text, "Test", test.Target, test.Name, test.Arguments);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(expression), expression.GetType().Name);
        }
    }

    static void AppendNode(StringBuilder text, string name, params ReadOnlySpan<(string Field, ExpressionSyntax? Value)> fields)
    {
        text.Append(name).Append('(');
        for (int i = 0; i < fields.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(fields[i].Field).Append('=');
            Append(text, fields[i].Value);
        }

        text.Append(')');
    }

    static void AppendNamed(StringBuilder text, string kind, ExpressionSyntax? target, string name, ArgumentsSyntax arguments)
    {
        text.Append(kind).Append("(node=");
        Append(text, target);
        text.Append(", name=").Append(ValueText.ReprOf(name));
        AppendArguments(text, arguments);
    }

    static void AppendArguments(StringBuilder text, ArgumentsSyntax arguments)
    {
        text.Append(", args=");
        AppendAll(text, arguments.Positional);
        text.Append(", kwargs=[");
        for (int i = 0; i < arguments.Keywords.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            AppendKeyword(text, arguments.Keywords[i].Name, arguments.Keywords[i].Value);
        }

        text.Append("], dyn_args=");
        Append(text, arguments.Star);
        text.Append(", dyn_kwargs=");
        Append(text, arguments.DoubleStar);
        text.Append(')');
    }

    static void AppendDict(StringBuilder text, DictSyntax dict)
    {
        text.Append("Dict(items=[");
        for (int i = 0; i < dict.Items.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            AppendNode(text, "Pair", ("key", dict.Items[i].Key), ("value", dict.Items[i].Value));
        }

        text.Append("])");
    }

    static void AppendCompare(StringBuilder text, CompareSyntax compare)
    {
        text.Append("Compare(expr=");
        Append(text, compare.First);
        text.Append(", ops=[");
        for (int i = 0; i < compare.Rest.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append("Operand(op='").Append(NameOf(compare.Rest[i].Operator)).Append("', expr=");
            Append(text, compare.Rest[i].Operand);
            text.Append(')');
        }

        text.Append("])");
    }

    static void AppendAll(StringBuilder text, ExpressionSyntax[] expressions)
    {
        text.Append('[');
        for (int i = 0; i < expressions.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            Append(text, expressions[i]);
        }

        text.Append(']');
    }

    static string NameOf(BinaryOperator binary) => binary switch
    {
        BinaryOperator.Add => "Add",
        BinaryOperator.Subtract => "Sub",
        BinaryOperator.Multiply => "Mul",
        BinaryOperator.Divide => "Div",
        BinaryOperator.FloorDivide => "FloorDiv",
        BinaryOperator.Modulo => "Mod",
        _ => "Pow",
    };

    static string NameOf(CompareOperator comparison) => comparison switch
    {
        CompareOperator.Equal => "eq",
        CompareOperator.NotEqual => "ne",
        CompareOperator.Less => "lt",
        CompareOperator.LessEqual => "lteq",
        CompareOperator.Greater => "gt",
        CompareOperator.GreaterEqual => "gteq",
        CompareOperator.In => "in",
        _ => "notin",
    };
}
