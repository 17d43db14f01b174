using Gild.Engine;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Xunit;

namespace Gild.Tests.Parsing;

/// <summary>What the elements of property files may hold: a wrong kind or a key that cannot be is told before anything runs.</summary>
public sealed class PropertyShapeTests
{
    static ProjectFixture Project(string properties) => new(
        ("models/a.sql", "select 1 as id"),
        ("macros/m.sql", "{% macro m(a) %}1{% endmacro %}"),
        ("models/s.yml", properties));

    [Theory]
    [InlineData("models: [{name: a, description: 5}]", "description")]
    [InlineData("models: [{name: a, description: }]", "description")]
    [InlineData("models: [{name: a, columns: {name: id}}]", "columns")]
    [InlineData("models: [{name: a, columns: [{description: x}]}]", "'name' is a required property")]
    [InlineData("models: [{name: a, columns: [{name: id, quote: 'yes'}]}]", "columns.0.quote")]
    [InlineData("models: [{name: a, versions: [{v: 1, nonsense: 2}]}]", "nonsense")]
    [InlineData("models: [{name: a, columns: [{name: id}], versions: [{v: 1, columns: [{include: id}]}]}]", "include")]
    [InlineData("models: [{name: a, deprecation_date: soon}]", "deprecation_date")]
    [InlineData("models: [{name: a, access: }]", "access")]
    [InlineData("sources: [{name: s, tabels: []}]", "tabels")]
    [InlineData("sources: [{name: s, tables: [{name: t, quoting: {table: true}}]}]", "quoting")]
    [InlineData("sources: [{name: s, tables: [{name: t, freshness: {warn: {count: 1, period: day}}}]}]", "warn")]
    [InlineData("exposures: [{name: e, type: dashboard, owner: {name: x}, nonsense: 1}]", "nonsense")]
    [InlineData("exposures: [{name: e, type: dashboard, owner: bob}]", "owner")]
    [InlineData("groups: [{name: g, owner: {name: x}, nonsense: 1}]", "nonsense")]
    [InlineData("macros: [{name: m, arguments: [{name: a, nonsense: 1}]}]", "nonsense")]
    [InlineData("unit_tests: [{name: u, model: a, expect: {rows: []}}]", "'given' is a required property")]
    [InlineData("unit_tests: [{name: u, model: a, given: [], expect: {rows: [], nonsense: 1}}]", "nonsense")]
    [InlineData("unit_tests: [{name: u, model: a, given: [], expect: {rows: []}, overrides: {nonsense: {}}}]", "nonsense")]
    [InlineData("metrics: [{name: m, label: M, type: derived, type_params: {expr: '1', nonsense: 1}}]", "nonsense")]
    public void A_wrong_key_or_kind_of_value_is_a_parsing_error_that_names_it(string properties, string expected)
    {
        using ProjectFixture project = Project(properties);
        Assert.Null(project.TryParse());
        CollectedDiagnostic error = project.Bag.All.First(d => d.Diagnostic.Severity == Severity.Error);
        Assert.Equal(DbtKinds.Parsing, error.DbtKind);
        Assert.Contains(expected, error.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal("models/s.yml", error.Diagnostic.Labels[0].Source.Path);
    }

    [Theory]
    [InlineData("models: [{name: a, nonsense: 1, columns: [{name: id, nonsense: 2}], config: {nonsense: 3}}]")]
    [InlineData("models: [{name: a, constraints: [], quote_columns: , columns: [{name: id, data_type: , quote: , tags: [x], data_tests: [unique, {not_null: {}}]}]}]")]
    [InlineData("sources: [{name: s, freshness: , tables: [{name: t, nonsense: 1, freshness: {warn_after: {count: 1, period: day}}, external: {location: x, nonsense: 1}}]}]")]
    [InlineData("exposures: [{name: e, type: dashboard, owner: {email: [a, b], nonsense: 1}, url: , maturity: , depends_on: [ref('a'), anything]}]")]
    [InlineData("unit_tests: [{name: u, model: a, given: [], overrides: , expect: {rows: [{id: 1}]}}]")]
    public void What_dbt_takes_is_taken(string properties)
    {
        using ProjectFixture project = Project(properties);
        project.Parse();
    }

    [Theory]
    [InlineData("alias: \"{{ ref('a') }}\"", DbtKinds.Compilation, "'ref' is undefined")]
    [InlineData("contract: indeed", DbtKinds.Internal, "`contract` must be a mapping")]
    [InlineData("meta: ", DbtKinds.Internal, "`meta` must be a mapping")]
    public void A_config_that_cannot_be_rendered_or_merged_is_refused(string config, string kind, string expected)
    {
        using ProjectFixture project = Project("models: [{name: a, config: {" + config + "}}]");
        Assert.Null(project.TryParse());
        CollectedDiagnostic error = project.Bag.All.First(d => d.Diagnostic.Severity == Severity.Error);
        Assert.Equal(kind, error.DbtKind);
        Assert.Contains(expected, error.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deprecation_dates_are_moments_and_contracts_keep_their_own_keys_only()
    {
        using ProjectFixture project = Project("models: [{name: a, deprecation_date: '2999-01-02 10:00:00+02:00', config: {contract: {nonsense: true}}}]");
        ModelNode model = (ModelNode)project.Parse().Nodes["model.shop.a"];
        Assert.Equal("2999-01-02T10:00:00+02:00", model.DeprecationDate);
        Assert.Equal(["enforced", "alias_types"], model.Config.Values.DictOf("contract")!.Entries.Select(e => e.Key.ToString()));
    }
}
