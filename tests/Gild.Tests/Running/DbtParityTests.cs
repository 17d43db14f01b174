using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary>Corners where a project notices whether it runs as under dbt.</summary>
public sealed class DbtParityTests
{
    [Theory]
    [InlineData("archive: {a: b}", "('archive' was unexpected)")]
    [InlineData("model_paths: [models]", "did you mean `model-paths`?")]
    [InlineData("dbt-cloud: text", "`dbt-cloud` must be a mapping")]
    [InlineData("config-version: two", "must be a whole number")]
    [InlineData("models: [a]", "`models` must be a mapping")]
    public void A_project_file_with_what_dbt_does_not_know_is_refused(string line, string expected)
    {
        using TemporaryProject project = new();
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\n" + line + "\n");
        Assert.Contains(expected, project.Run(2, "parse").All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models/a.sql", "{{ config(docs={'node_color': 'nice'}) }} select 1 as id", "Invalid color name for docs.node_color: nice")]
    [InlineData("snapshots/s.sql", "{% snapshot s %}{{ config(strategy='check', unique_key='id', check_cols='all', materialized='table') }} select 1 as id{% endsnapshot %}", "materialized value of 'snapshot'")]
    [InlineData("macros/generate_schema_name.sql", "{% macro generate_schema_name(name, node) %}{% do var('missing') %}x{% endmacro %}", "Required var 'missing' not found")]
    [InlineData("models/a.sql", "{% do set_strict(1) %} select 1 as id", "'int' object is not iterable")]
    [InlineData("models/a.sql", "{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='t', batch_size='day', begin='2020-01-01 11 PM') }} select 1 as t", "'begin' config of valid datetime")]
    [InlineData("models/a.sql", "{{ config(enabled='yes') }} select 1 as id", "'yes' is not of type 'boolean'")]
    public void What_dbt_refuses_while_parsing_is_refused(string path, string text, string expected)
    {
        using TemporaryProject project = new(("models/m.sql", "select 1 as id"), (path, text));
        Assert.Contains(expected, project.Run(2, "compile").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_unit_test_may_replace_values_as_well_as_macros()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select '{{ invocation_id }}' as run, '{{ word() }}' as word"), ("macros/m.sql", "{% macro word() %}real{% endmacro %}"),
            ("models/s.yml", """
                unit_tests:
                  - name: replaced
                    model: a
                    given: []
                    overrides: {macros: {invocation_id: 123, word: unreal}}
                    expect: {rows: [{run: '123', word: unreal}]}
                """));
        project.Run(0, "build");
    }

    [Fact]
    public void A_seed_with_a_delimiter_that_is_no_character_is_an_error_of_the_seed()
    {
        using TemporaryProject project = new(("seeds/s.csv", "a|b\n1|2\n"), ("seeds/s.yml", "seeds: [{name: s, config: {delimiter: ''}}]"));
        Assert.Contains("Compilation Error in seed s (seeds/s.csv)", project.Run(1, "seed").All, StringComparison.Ordinal);
        project.Write("seeds/s.yml", "seeds: [{name: s, config: {delimiter: '|'}}]");
        project.Run(0, "seed");
        Assert.Equal("1, 2", project.Query("select * from s"));
    }

    [Fact]
    public void A_source_whose_freshness_cannot_be_told_is_warned_of_while_parsing()
    {
        using TemporaryProject project = new(("models/s.yml", "sources: [{name: src, tables: [{name: t, config: {freshness: {warn_after: {count: 1, period: day}}}}]}]"));
        Assert.Contains("A loaded_at_field must be specified for source 'src.t'", project.Run(0, "parse", "--warn-error").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_of_a_project_is_a_number_or_a_semantic_version()
    {
        using TemporaryProject project = new();
        project.Write("dbt_project.yml", "name: shop\nprofile: shop\nversion: first\n");
        Assert.Contains("`first` is no version", project.Run(2, "parse").All, StringComparison.Ordinal);
        project.Write("dbt_project.yml", "name: shop\nprofile: shop\nversion: 1.5\n");
        project.Run(0, "parse");
    }

    [Fact]
    public void Grants_with_a_plus_add_to_those_of_the_levels_above()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "{{ config(grants={'+select': ['other']}) }} {{ config(grants={'+select': 'last'}) }} select 1 as id"),
            ("models/b.sql", "{{ config(grants={'select': ['only']}) }} select 1 as id"));
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\nmodels: {shop: {+grants: {select: [reporter, bi]}}}\n");
        project.Run(0, "parse");
        using JsonDocument manifest = project.Artifact("manifest.json");
        string Grants(string name) => manifest.RootElement.GetProperty("nodes").GetProperty("model.shop." + name).GetProperty("config").GetProperty("grants").ToString();
        Assert.Equal("""{"select":["reporter","bi","other","last"]}""", Grants("a"));
        Assert.Equal("""{"select":["only"]}""", Grants("b"));
    }

    [Fact]
    public void A_foreign_key_names_the_table_that_the_run_defers_to()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"),
            ("models/b.sql", "select 1 as id"),
            ("models/s.yml", """
                models:
                  - name: b
                    config: {materialized: table, contract: {enforced: true}}
                    constraints: [{type: foreign_key, columns: [id], to: ref('a'), to_columns: [id]}]
                    columns: [{name: id, data_type: integer}]
                """));
        project.Run(0, "parse", "--target-path", "parsed");
        string To(string folder)
        {
            using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(project.PathOf(folder + "/manifest.json")));
            return manifest.RootElement.GetProperty("nodes").GetProperty("model.shop.b").GetProperty("constraints")[0].GetProperty("to").GetString()!;
        }

        Assert.Equal("ref('a')", To("parsed"));
        project.Run(0, "compile", "--defer", "--state", "parsed", "--target", "ci");
        Assert.Equal("\"shop\".\"main\".\"a\"", To("target"));
        project.Run(0, "compile", "--target", "ci");
        Assert.Equal("\"ci\".\"main\".\"a\"", To("target"));
    }

    [Fact]
    public void Without_introspection_a_template_cannot_ask_the_warehouse()
    {
        using TemporaryProject project = new(("models/a.sql", "select {{ run_query('select 7 as x').rows[0][0] if execute }} as id"));
        Assert.Contains("--no-introspect", project.Run(2, "compile", "--no-introspect").All, StringComparison.Ordinal);
        project.Run(0, "compile");
    }

    [Fact]
    public void A_project_may_replace_the_macro_of_the_catalog()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"),
            ("macros/m.sql", "{% macro get_catalog_relations(information_schema, relations) %}{{ exceptions.raise_compiler_error('no catalog of ' ~ (relations | length)) }}{% endmacro %}"));
        Assert.Contains("no catalog of 1", project.Run(1, "docs", "generate").All, StringComparison.Ordinal);
        Directory.Delete(project.PathOf("target"), recursive: true);
        project.Run(0, "docs", "generate", "--no-compile");
        Assert.False(File.Exists(project.PathOf("target/manifest.json")));
    }

    [Fact]
    public void An_ephemeral_model_that_does_not_compile_is_told_by_what_reads_it()
    {
        using TemporaryProject project = new(
            ("models/e.sql", "{{ config(materialized='ephemeral') }} {{ adapter.nothing() if execute }}"),
            ("models/r.sql", "select * from {{ ref('e') }}"));
        Assert.Contains("nothing", project.Run(1, "run").All, StringComparison.Ordinal);
        using JsonDocument results = project.Artifact("run_results.json");
        JsonElement only = Assert.Single(results.RootElement.GetProperty("results").EnumerateArray());
        Assert.Equal("skipped", only.GetProperty("status").GetString());
        Assert.Equal(
            "Compilation Error in model.shop.r, caused by compilation error in referenced ephemeral model model.shop.e",
            only.GetProperty("message").GetString());
    }

    [Fact]
    public void Vars_with_the_name_of_a_secret_are_hidden_in_the_results()
    {
        using TemporaryProject project = new(("models/a.sql", "select '{{ var('DBT_ENV_SECRET_key') | length }}' as n"));
        project.Run(0, "run", "--vars", "{DBT_ENV_SECRET_key: abcdef, other: seen}");
        string results = File.ReadAllText(project.PathOf("target/run_results.json"));
        Assert.Contains("\"DBT_ENV_SECRET_key\":\"*****\",\"other\":\"seen\"", results, StringComparison.Ordinal);
        Assert.Equal("6", project.Query("select n from a"));
    }

    [Fact]
    public void A_unit_test_may_leave_its_versions_empty_and_the_older_and_the_newer_name_of_a_warning_key_exclude_each_other()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"),
            ("models/s.yml", """
                unit_tests:
                  - {name: t, model: a, versions: {include: , exclude: }, given: [], expect: {rows: [{id: 1}]}}
                """));
        project.Run(0, "build");
        Assert.Contains("Only `include` or `error`", project.Run(2, "parse", "--warn-error-options", "{include: all, error: all}").All, StringComparison.Ordinal);
        project.Run(0, "parse", "--warn-error-options", "{include: [NothingToDo]}");
    }

    [Fact]
    public void An_input_that_the_tested_model_does_not_read_needs_no_relation()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"),
            ("models/b.sql", "select 1 as id"),
            ("models/s.yml", "unit_tests: [{name: t, model: a, given: [{input: ref('b'), rows: [{id: 1}]}], expect: {rows: [{id: 1}]}}]"));
        project.Run(0, "build");
    }

    [Fact]
    public void Semantic_models_without_days_stop_the_command_after_the_manifest_was_written()
    {
        using TemporaryProject project = new(
            ("models/m.sql", "select 1 as id, cast('2026-01-01' as date) as day"),
            ("models/s.yml", """
                semantic_models:
                  - name: s
                    model: ref('m')
                    defaults: {agg_time_dimension: day}
                    entities: [{name: id, type: primary}]
                    dimensions: [{name: day, type: time, type_params: {time_granularity: day}}]
                """));
        Assert.Contains("requires a time spine", project.Run(2, "run").All, StringComparison.Ordinal);
        Assert.True(File.Exists(project.PathOf("target/manifest.json")));
        project.Run(0, "run", "--no-write-json");
    }

    [Fact]
    public void The_message_of_a_failed_project_hook_is_what_the_database_said()
    {
        using TemporaryProject project = new(("models/m.sql", "select 1 as id"));
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\non-run-start: select * from nowhere\n");
        project.Run(1, "run");
        using JsonDocument results = project.Artifact("run_results.json");
        string message = results.RootElement.GetProperty("results").EnumerateArray()
            .First(r => r.GetProperty("status").GetString() == "error").GetProperty("message").GetString()!;
        Assert.StartsWith("shop.on-run-start.0 failed, error:\n ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Database Error", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ref_passes_over_keywords_that_it_does_not_know_and_what_is_not_implemented_is_a_compilation_error()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"),
            ("models/b.sql", "select * from {{ ref('a', ver=1) }}"),
            ("models/c.sql", "{% if execute %}{{ exceptions.raise_not_implemented('x') }}{% endif %}"));
        project.Run(1, "run");
        Assert.Equal("1", project.Query("select id from b"));
        using JsonDocument results = project.Artifact("run_results.json");
        Assert.StartsWith("Compilation Error in model c", results.RootElement.GetProperty("results").EnumerateArray()
            .First(r => r.GetProperty("status").GetString() == "error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_ways_to_say_which_warnings_are_errors_exclude_each_other()
    {
        using TemporaryProject project = new();
        Assert.Contains("not allowed with argument warn_error", project.Run(2, "parse", "--warn-error", "--warn-error-options", "{silence: []}").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_made_of_a_measure_takes_its_expression_and_says_where_it_comes_from()
    {
        using TemporaryProject project = new(
            ("models/m.sql", "select 1 as id, cast('2026-01-01' as date) as day, 2 as amount"),
            ("models/time.sql", "select cast('2026-01-01' as date) as day"),
            ("models/s.yml", """
                models:
                  - {name: time, time_spine: {standard_granularity_column: day}, columns: [{name: day, granularity: day}]}
                semantic_models:
                  - name: s
                    model: ref('m')
                    description: of the model
                    defaults: {agg_time_dimension: day}
                    entities: [{name: id, type: primary}]
                    dimensions: [{name: day, type: time, type_params: {time_granularity: day}}]
                    measures: [{name: total, agg: percentile, expr: amount, create_metric: true, agg_params: {percentile: 0.5}, non_additive_dimension: {name: day, window_choice: max}}]
                """));
        project.Run(0, "parse");
        using JsonDocument manifest = project.Artifact("manifest.json");
        JsonElement metric = manifest.RootElement.GetProperty("metrics").GetProperty("metric.shop.total");
        Assert.Equal("Metric created from measure total", metric.GetProperty("description").GetString());
        Assert.Equal("amount", metric.GetProperty("type_params").GetProperty("expr").GetString());
        JsonElement measure = manifest.RootElement.GetProperty("semantic_models").GetProperty("semantic_model.shop.s").GetProperty("measures")[0];
        Assert.Equal("""{"percentile":0.5,"use_discrete_percentile":false,"use_approximate_percentile":false}""", measure.GetProperty("agg_params").ToString());
        Assert.Equal("[]", measure.GetProperty("non_additive_dimension").GetProperty("window_groupings").ToString());
    }

    [Fact]
    public void Json_lines_carry_the_custom_variables_and_the_events_of_nodes()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id"));
        string log = GildProgram.Run(project.Folder, ["run", "--log-format", "json", "--log-level", "debug"], ("DBT_ENV_CUSTOM_ENV_JOB", "nightly")).Output;
        string line = Assert.Single(log.Split('\n'), l => l.Contains("\"name\":\"NodeFinished\"", StringComparison.Ordinal));
        Assert.Contains("\"extra\":{\"JOB\":\"nightly\"}", line, StringComparison.Ordinal);
        Assert.Contains("\"run_result\":{\"status\":\"success\"", line, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"NodeStart\"", log, StringComparison.Ordinal);
    }
}
