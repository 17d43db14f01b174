using Gild.Engine;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Parsing;

/// <summary>What <c>macros:</c> of property files says of macros.</summary>
public sealed class MacroDescriptionTests
{
    const string Validating = "name: shop\nprofile: shop\nversion: '1.0'\nflags: {validate_macro_args: true}\n";

    [Fact]
    public void A_macro_described_twice_is_an_error_that_names_both_files()
    {
        using ProjectFixture project = new(
            ("macros/m.sql", "{% macro m() %}1{% endmacro %}"),
            ("macros/one.yml", "macros: [{name: m}]"),
            ("macros/two.yml", "macros: [{name: m}]"));
        Assert.Null(project.TryParse());
        Assert.Contains("macros/one.yml", project.FirstError, StringComparison.Ordinal);
        Assert.Contains("macros/two.yml", project.FirstError, StringComparison.Ordinal);
        Assert.Equal(DbtKinds.Compilation, project.Bag.All[0].DbtKind);
    }

    [Fact]
    public void With_validation_undescribed_macros_show_the_arguments_of_their_code()
    {
        using ProjectFixture project = new(
            ("dbt_project.yml", Validating),
            ("macros/m.sql", "{% macro m(a, b=2) %}1{% endmacro %}"));
        MacroNode macro = project.Parse().Macros["macro.shop.m"];
        Assert.Equal(["a", "b"], macro.Arguments.Select(a => a.As<DictValue>()!.TextOf("name")));
    }

    [Theory]
    [InlineData("[{name: a, type: string}, {name: b, type: 'list[dict[str, optional[int]]]'}]", null)]
    [InlineData("[{name: a}, {name: c}]", "Argument c in yaml")]
    [InlineData("[{name: a}]", "number of arguments")]
    [InlineData("[{name: a, type: text}, {name: b}]", "invalid type")]
    [InlineData("[{name: a, type: 'list[int'}, {name: b}]", "invalid type")]
    public void With_validation_descriptions_that_do_not_fit_the_code_are_warned_of(string arguments, string? expected)
    {
        using ProjectFixture project = new(
            ("dbt_project.yml", Validating),
            ("macros/m.sql", "{% macro m(a, b=2) %}1{% endmacro %}"),
            ("macros/s.yml", "macros: [{name: m, arguments: " + arguments + "}]"));
        project.Parse();
        string[] warnings = [.. project.Bag.All.Select(d => d.Diagnostic.Message)];
        if (expected is null)
        {
            Assert.Empty(warnings);
        }
        else
        {
            Assert.Contains(expected, Assert.Single(warnings), StringComparison.Ordinal);
        }
    }
}
