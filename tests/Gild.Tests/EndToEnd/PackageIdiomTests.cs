using Xunit;

namespace Gild.Tests.EndToEnd;

/// <summary>What community packages rely on beyond the documented surface, each found by building one of them.</summary>
public sealed class PackageIdiomTests
{
    /// <summary>Renders a text with the project's names while running, and returns what it printed.</summary>
    static string Printed(TemporaryProject project, string text)
    {
        project.Write("macros/ask.sql", "{% macro ask() %}{% do print('[' ~ (" + text + ") ~ ']') %}{% endmacro %}");
        string output = project.Run(0, "run-operation", "ask").All;
        int start = output.IndexOf('[', StringComparison.Ordinal);
        return output[(start + 1)..output.LastIndexOf(']')];
    }

    [Theory]
    [InlineData("api.Relation.create(schema='s', identifier='t') is mapping", "True")]
    [InlineData("api.Relation.create(schema='s', identifier='t').get('metadata', {}).get('type', '')", "DuckDBRelation")]
    [InlineData("api.Relation.create(schema='s', identifier='t').get('schema')", "s")]
    [InlineData("api.Relation.create(schema='s', identifier='t').get('nothing', 'else')", "else")]
    [InlineData("api.Relation.create(schema='s', identifier='t') is sequence", "False")]
    [InlineData("'a string' is mapping", "False")]
    public void A_relation_tells_that_it_is_one(string expression, string expected)
    {
        using TemporaryProject project = new();
        Assert.Equal(expected, Printed(project, expression));
    }

    [Theory]
    [InlineData("builtins.ref.config.project_name", "shop")]
    [InlineData("builtins.ref.config.dependencies['shop'].version", "1.0")]
    [InlineData("builtins.ref.config.vars.to_dict()", "{'size': 3}")]
    [InlineData("builtins.source.config.credentials.type", "duckdb")]
    public void The_configuration_of_the_run_is_found_behind_ref(string expression, string expected)
    {
        using TemporaryProject project = new(("dbt_project.yml", TemporaryProject.ProjectFile + "\nvars: {size: 3}\n"));
        Assert.Equal(expected, Printed(project, expression));
    }

    [Fact]
    public void The_node_of_a_result_gives_none_for_configurations_that_it_lacks_and_becomes_a_dict()
    {
        using TemporaryProject project = new(
            ("dbt_project.yml", TemporaryProject.ProjectFile + """

                on-run-end: "{{ write_down(results) }}"
                """),
            ("macros/write_down.sql", """
                {% macro write_down(results) %}{% if execute %}{% set r = results[0] %}
                create table seen as select '{{ r.node.config.never_heard_of is none }} {{ r.node.config.materialized }} {{ r.node.to_dict()["config"]["materialized"] }} {{ r.timing[0].to_dict()["name"] }} {{ r.to_dict()["node"]["name"] }}' as what
                {% endif %}{% endmacro %}
                """),
            ("models/m.sql", "select 1 as n"));
        project.Run(0, "run");
        Assert.Equal("True view view compile m", project.Query("select what from seen"));
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("cast(1.5 as decimal(4, 2))", "1.5")]
    [InlineData("true", "True")]
    [InlineData("date '2024-02-29'", "2024-02-29")]
    [InlineData("'text'", "text")]
    [InlineData("cast(null as varchar)", "None")]
    public void A_columns_type_makes_its_values_fit_for_json(string sql, string expected)
    {
        using TemporaryProject project = new(
            ("macros/profile.sql", "{% macro profile(sql) %}{% set column = run_query(sql).columns.get('c') %}{{ return(column.data_type.jsonify(column.values()[0])) }}{% endmacro %}"));
        Assert.Equal(expected, Printed(project, $"profile(\"select {sql} as c\")"));
    }

    [Fact]
    public void Macros_may_leave_a_loop_early()
    {
        using TemporaryProject project = new(
            ("models/m.sql", "select {% for i in range(9) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }} as c{{ i }}, {% endfor %}1 as last"));
        project.Run(0, "run");
        Assert.Equal("0, 2, 3, 1", project.Query("select c0, c2, c3, last from m"));
    }

    [Fact]
    public void A_node_of_the_graph_has_every_key_and_the_model_only_those_with_a_value()
    {
        using TemporaryProject project = new(
            ("models/m.sql", """
                {%- set n = graph.nodes['model.shop.m'] if execute else {} -%}
                select '{{ n.time_spine is none }}' as graph_has, '{{ n.config.unique_key is none }}' as graph_config,
                    '{{ model.time_spine is undefined }}' as model_lacks, '{{ model.config.unique_key is undefined }}' as model_config_lacks,
                    '{{ model.get("group") }}' as asked
                """));
        project.Run(0, "run");
        Assert.Equal("True, True, True, True, None", project.Query("select * from m"));
    }

    [Fact]
    public void A_var_is_rendered_where_code_asks_for_it_and_left_as_it_is_in_property_files()
    {
        using TemporaryProject project = new(
            ("dbt_project.yml", TemporaryProject.ProjectFile + """

                vars:
                  batch_size: "{{ 500 if target.type == 'postgres' else 20 }}"
                  twice: "{{ var('batch_size') | int * 2 }}"
                  plain: 7
                """),
            ("models/m.sql", "select {{ var('twice') }} as a, '{{ var('batch_size') is string }}' as b, '{{ var('plain') is integer }}' as c, '{{ var('given') }}' as d"),
            ("models/m.yml", "models:\n  - name: m\n    description: \"{{ var('batch_size') }}\"\n"));
        project.Run(0, "run", "--vars", "{given: \"of {{ this.name }}\"}");
        Assert.Equal("40, True, True, of m", project.Query("select * from m"));
        using System.Text.Json.JsonDocument manifest = project.Artifact("manifest.json");
        Assert.Equal("{{ 500 if target.type == 'postgres' else 20 }}", manifest.RootElement.GetProperty("nodes").GetProperty("model.shop.m").GetProperty("description").GetString());
    }

    [Fact]
    public void A_var_that_asks_for_itself_is_an_error_not_a_hang()
    {
        using TemporaryProject project = new(
            ("dbt_project.yml", TemporaryProject.ProjectFile + "\nvars:\n  a: \"{{ var('a') }}\"\n"), ("models/m.sql", "select '{{ var('a') }}' as x"));
        Assert.Contains("nested", project.Run(2, "run").All, StringComparison.Ordinal);
    }
}
