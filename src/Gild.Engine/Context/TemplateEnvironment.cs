using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>The template language as dbt sets it up: its blocks, filters, functions and undefined.</summary>
public static class TemplateEnvironment
{
    /// <summary>A fresh environment; freeze it by compiling.</summary>
    /// <param name="undefined">dbt chains undefined names while parsing and is lenient when running.</param>
    public static JinjaEnvironment Create(UndefinedBehavior undefined = UndefinedBehavior.Chainable)
    {
        JinjaEnvironment environment = new(new JinjaOptions
        {
            Undefined = undefined,
            ReturnFunction = true,
            LoopControls = true,
            HostBlocks =
            [
                new HostBlock("test", HostBlockBody.MacroLike),
                new HostBlock("data_test", HostBlockBody.MacroLike),
                new HostBlock("materialization", HostBlockBody.Named),
                new HostBlock("snapshot", HostBlockBody.Template),
                new HostBlock("docs", HostBlockBody.Raw),
            ],
        });

        // In SQL these are marks without effect; in YAML values they choose the type of a rendered text.
        foreach (string name in (ReadOnlySpan<string>)["as_text", "as_bool", "as_native", "as_number"])
        {
            environment.SetFilter(name, (context, arguments) =>
                arguments.Require(0, "value", name) is var value && context.Host is MarkedTexts marked ? marked.Mark(value, name) : value);
        }

        GlobalFunctions.Register(environment);
        return environment;
    }
}
