using System.Numerics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The functions and classes that every template sees.</summary>
static class Functions
{
    /// <summary>Registers all globals of Jinja2.</summary>
    public static void Register(JinjaEnvironment environment)
    {
        environment.SetGlobal("range", new FunctionValue("safe_range", static (_, arguments) => Range(arguments)));
        environment.SetGlobal("lipsum", new FunctionValue("generate_lorem_ipsum", static (_, arguments) => LoremIpsum.Generate(arguments)));
        environment.SetGlobal("dict", new ClassValue(
            "dict",
            static (_, arguments) => MakeDict(arguments),
            new Dictionary<string, Value>
            {
                ["fromkeys"] = new FunctionValue("fromkeys", static (_, arguments) => DictMethods.FromKeys(arguments)),
            }));
        environment.SetGlobal("namespace", new ClassValue(
            "jinja2.utils.Namespace", static (_, arguments) => new NamespaceValue(MakeDict(arguments))));
        environment.SetGlobal("cycler", new ClassValue("jinja2.utils.Cycler", static (_, arguments) => CyclerValue.Make(arguments)));
        environment.SetGlobal("joiner", new ClassValue("jinja2.utils.Joiner", static (_, arguments) => JoinerValue.Make(arguments)));
    }

    /// <summary>Python's <c>range</c> within the sandbox's limit.</summary>
    static RangeValue Range(Arguments arguments)
    {
        Binding.Positional(arguments, "range", 1, 3);
        BigInteger first = Binding.Integer(arguments.Positional[0]);
        return arguments.Count == 1
            ? new RangeValue(BigInteger.Zero, first, BigInteger.One)
            : new RangeValue(
                first,
                Binding.Integer(arguments.Positional[1]),
                arguments.Count == 3 ? Binding.Integer(arguments.Positional[2]) : BigInteger.One);
    }

    static DictValue MakeDict(Arguments arguments)
    {
        DictValue dict = new();
        DictMethods.Update(dict, "dict", arguments);
        return dict;
    }
}

/// <summary>What <c>cycler(...)</c> makes: its items in turn, over and over.</summary>
sealed class CyclerValue(Value[] items) : JinjaObject
{
    int _position;

    public static CyclerValue Make(Arguments arguments)
    {
        if (arguments.KeywordNames.Length > 0)
        {
            throw JinjaException.TypeError($"Cycler.__init__() got an unexpected keyword argument '{arguments.KeywordNames[0]}'");
        }

        return arguments.Count > 0
            ? new CyclerValue(arguments.Positional.ToArray())
            : throw new JinjaException("RuntimeError", "at least one item has to be provided");
    }

    public override string TypeName => "Cycler";

    public override string ToRepr() => "<jinja2.utils.Cycler object at 0x7f0000000000>";

    public override bool TryGetAttribute(string name, out Value value)
    {
        switch (name)
        {
            case "current":
                value = items[_position];
                return true;
            case "items":
                value = TupleValue.Over(items);
                return true;
            case "pos":
                value = Value.From((long)_position);
                return true;
            default:
                return BoundMethodValue.TryBind(this, name, name is "next" or "reset", out value);
        }
    }

    public override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result)
    {
        result = Value.None;
        switch (name)
        {
            case "next":
                Binding.Positional(arguments, "Cycler.next", 0, 0);
                result = items[_position];
                _position = (_position + 1) % items.Length;
                return true;
            case "reset":
                Binding.Positional(arguments, "Cycler.reset", 0, 0);
                _position = 0;
                return true;
            default:
                return false;
        }
    }
}

/// <summary>What <c>joiner(...)</c> makes: nothing at the first call, the separator afterwards.</summary>
sealed class JoinerValue(Value separator) : JinjaObject
{
    bool _isUsed;

    public static JoinerValue Make(Arguments arguments)
    {
        arguments.CheckSignature("Joiner.__init__", ["sep"]);
        return new JoinerValue(arguments.Get(0, "sep", Value.From(", ")));
    }

    public override string TypeName => "Joiner";

    public override string ToRepr() => "<jinja2.utils.Joiner object at 0x7f0000000000>";

    public override bool IsCallable => true;

    public override Value Call(RenderContext context, Arguments arguments)
    {
        Binding.Positional(arguments, "Joiner.__call__", 0, 0);
        Value result = _isUsed ? separator : Value.EmptyString;
        _isUsed = true;
        return result;
    }

    public override bool TryGetAttribute(string name, out Value value)
    {
        value = name switch
        {
            "sep" => separator,
            "used" => Value.From(_isUsed),
            _ => default,
        };
        return name is "sep" or "used";
    }
}
