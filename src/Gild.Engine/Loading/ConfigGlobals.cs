using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>The names that configuration files may use: <c>var</c> (of the command line), <c>env_var</c>, <c>target</c>.</summary>
public static class ConfigGlobals
{
    /// <param name="environment">Where <c>env_var</c> looks.</param>
    /// <param name="cliVars">Variables of the command line, the only ones known while configuration is read.</param>
    /// <param name="target">What <c>target</c> is; null where it does not exist yet (profiles.yml).</param>
    /// <param name="allowSecrets">Whether secret environment variables may be used.</param>
    /// <param name="requiresVars">Whether a var that is not given is an error; <c>deps</c> and <c>clean</c> work without.</param>
    public static Globals Create(EnvironmentLookup environment, DictValue cliVars, JinjaObject? target, bool allowSecrets, bool requiresVars = true)
    {
        Dictionary<string, Value> names = new(StringComparer.Ordinal)
        {
            ["env_var"] = environment.Function(allowSecrets),
            ["var"] = new VarFunction(cliVars, requiresVars),
        };
        if (target is not null)
        {
            names["target"] = Value.From(target);
        }

        return new DictionaryGlobals(names);
    }

    sealed class VarFunction(DictValue vars, bool required) : JinjaObject
    {
        public override string TypeName => "Var";

        public override bool IsCallable => true;

        public override Value Call(Gild.Jinja.Runtime.RenderContext context, Gild.Jinja.Runtime.Arguments arguments)
        {
            string name = arguments.Require(0, "var_name", "var").ToString();
            if (vars.TryGetValue(name, out Value value))
            {
                return value;
            }

            return arguments.TryGet(1, "default", out Value otherwise) ? otherwise
                : !required ? Value.None
                : throw JinjaException.Runtime($"Required var '{name}' not found in config: only variables of --vars are known in this file")
                    .WithHelp($"pass --vars '{{{name}: ...}}' or give var() a default");
        }

        public override bool TryCallMethod(
            Gild.Jinja.Runtime.RenderContext context, string name, Gild.Jinja.Runtime.Arguments arguments, out Value result)
        {
            if (name == "has_var")
            {
                result = vars.TryGetValue(arguments.Require(0, "var_name", "has_var"), out _);
                return true;
            }

            result = default;
            return false;
        }
    }
}
