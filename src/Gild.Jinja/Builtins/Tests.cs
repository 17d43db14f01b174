using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>What stands behind <c>is</c>.</summary>
static class Tests
{
    static readonly Value Two = Value.From(2L);

    /// <summary>Registers all tests of Jinja2.</summary>
    public static void Register(JinjaEnvironment environment)
    {
        RegisterKinds(environment);
        RegisterComparisons(environment);
        One(environment, "odd", value => ValueOps.AreEqual(ValueOps.Modulo(value, Two), Value.From(1L)));
        One(environment, "even", value => ValueOps.AreEqual(ValueOps.Modulo(value, Two), Value.From(0L)));
        One(environment, "lower", value => StrMethods.IsLower(ValueText.ToText(value)));
        One(environment, "upper", value => StrMethods.IsUpper(ValueText.ToText(value)));
        Pair(environment, "divisibleby", "test_divisibleby", "num", (value, number) => ValueOps.AreEqual(ValueOps.Modulo(value, number), Value.From(0L)));
        Pair(environment, "sameas", "test_sameas", "other", (value, other) => value.IsSameAs(other));
        Pair(environment, "in", "test_in", "seq", (value, sequence) => ValueOps.Contains(sequence, value));
        environment.SetTest("filter", (context, arguments) => Value.From(IsName(arguments, "test_filter", context.Environment.FilterNames)));
        environment.SetTest("test", (context, arguments) => Value.From(IsName(arguments, "test_test", context.Environment.TestNames)));
    }

    static void RegisterKinds(JinjaEnvironment environment)
    {
        One(environment, "defined", value => !value.IsUndefined);
        One(environment, "undefined", value => value.IsUndefined);
        One(environment, "none", value => value.IsNone);
        One(environment, "boolean", value => value.IsBool);
        One(environment, "true", value => value.IsBool && value.AsBool);
        One(environment, "false", value => value.IsBool && !value.AsBool);
        One(environment, "integer", value => value.IsInteger);
        One(environment, "float", value => value.IsFloat);
        One(environment, "number", value => value.IsNumber || value.AsObject is ComplexValue || value.AsObject?.ToNumber() is not null);
        One(environment, "string", value => value.TryGetText(out _));
        One(environment, "mapping", value => value.AsObject is { IsMapping: true });
        One(environment, "sequence", IsSequence);
        One(environment, "iterable", value => ValueOps.TryIterate(value) is not null);
        One(environment, "escaped", value => value.AsObject is MarkupValue);
        environment.SetTest("callable", static (_, arguments) =>
        {
            Binding.Positional(arguments, "callable", 1, 1);
            Value value = arguments.Positional[0];
            return Value.From(value.IsUndefined || value.AsObject is { IsCallable: true });
        });
    }

    static void RegisterComparisons(JinjaEnvironment environment)
    {
        ReadOnlySpan<(ComparisonOperator Operator, string[] Names)> comparisons =
        [
            (ComparisonOperator.Equal, ["==", "eq", "equalto"]),
            (ComparisonOperator.NotEqual, ["!=", "ne"]),
            (ComparisonOperator.Greater, [">", "gt", "greaterthan"]),
            (ComparisonOperator.GreaterOrEqual, [">=", "ge"]),
            (ComparisonOperator.Less, ["<", "lt", "lessthan"]),
            (ComparisonOperator.LessOrEqual, ["<=", "le"]),
        ];
        foreach ((ComparisonOperator op, string[] names) in comparisons)
        {
            foreach (string name in names)
            {
                environment.SetTest(name, (_, arguments) =>
                {
                    Binding.Positional(arguments, name, 2, 2);
                    return Value.From(ValueOps.Compare(op, arguments.Positional[0], arguments.Positional[1]));
                });
            }
        }
    }

    static void One(JinjaEnvironment environment, string name, Func<Value, bool> test)
    {
        Signature signature = new("test_" + name, 1, "value");
        environment.SetTest(name, (_, arguments) =>
        {
            signature.Check(arguments);
            return Value.From(test(arguments.Positional[0]));
        });
    }

    static void Pair(JinjaEnvironment environment, string name, string function, string parameter, Func<Value, Value, bool> test)
    {
        Signature signature = new(function, 2, "value", parameter);
        environment.SetTest(name, (_, arguments) =>
        {
            signature.Check(arguments);
            return Value.From(test(arguments.Positional[0], arguments.Require(1, parameter, function)));
        });
    }

    /// <summary>What has a length and can be subscripted; undefined has both.</summary>
    static bool IsSequence(Value value)
    {
        if (value.IsUndefined)
        {
            return value.As<UndefinedValue>() is not { Behavior: UndefinedBehavior.Strict };
        }

        return value.IsString || value.AsObject is { Length: not null } and not
            (SetValue or DictKeysValue or DictValuesValue or DictItemsValue);
    }

    static bool IsName(Arguments arguments, string function, IEnumerable<string> names)
    {
        arguments.CheckSignature(function, ["value"]);
        Value value = arguments.Require(0, "value", function);
        ValueOps.HashOf(value);
        return value.TryGetText(out string text) && names.Contains(text);
    }
}
