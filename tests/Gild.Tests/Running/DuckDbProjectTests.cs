using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary>What projects for dbt-duckdb rely on, beyond what every adapter has.</summary>
public sealed class DuckDbProjectTests
{
    const string Sources = """
        sources:
          - name: files
            meta:
              external_location: "data/{name}_{part}.csv"
            tables:
              - name: orders
                config: {part: one}
              - name: lines
                identifier: order_lines
                config: {external_location: "read_csv('data/%(identifier)s.csv', header = true)", formatter: oldstyle}
              - name: customers
                config: {external_location: "'data/${name}.csv'", formatter: template}
        """;

    [Fact]
    public void A_source_with_an_external_location_is_read_from_its_files()
    {
        using TemporaryProject project = new(
            ("models/sources.yml", Sources),
            ("data/orders_one.csv", "id,customer\n1,7\n2,8\n"),
            ("data/order_lines.csv", "order_id,price\n1,10\n1,20\n2,5\n"),
            ("data/customers.csv", "id,name\n7,Ann\n8,Bob\n"),
            ("models/totals.sql", """
                {{ config(materialized='table') }}
                select c.name, sum(l.price) as total
                from {{ source('files', 'orders') }} o
                join {{ source('files', 'lines') }} l on l.order_id = o.id
                join {{ source('files', 'customers') }} as c on c.id = o.customer
                group by 1
                """));
        project.Run(0, "build");
        Assert.Equal("Ann, 30; Bob, 5", project.Query("select * from totals order by 1"));
        using JsonDocument manifest = project.Artifact("manifest.json");
        string Name(string table) => manifest.RootElement.GetProperty("sources").GetProperty("source.shop.files." + table).GetProperty("relation_name").GetString()!;
        Assert.Equal("'data/orders_one.csv'", Name("orders"));
        Assert.Equal("read_csv('data/order_lines.csv', header = true)", Name("lines"));
        project.Run(0, "build", "--empty");
        Assert.Equal("0", project.Query("select count(*) from totals"));
    }

    [Theory]
    [InlineData("{external_location: 'data/{nam}.csv'}", "nam")]
    [InlineData("{external_location: 'data/x.csv', formatter: newest}", "Formatter newest not recognized")]
    [InlineData("{external_location: 'data/${name.csv', formatter: template}", "Invalid placeholder")]
    public void A_location_that_cannot_be_made_is_told_with_its_source(string config, string expected)
    {
        using TemporaryProject project = new(
            ("models/sources.yml", $"sources: [{{name: files, tables: [{{name: orders, config: {config}}}]}}]\n"), ("models/m.sql", "select 1 as id"));
        string said = project.Run(2, "parse").All;
        Assert.Contains("files.orders", said, StringComparison.Ordinal);
        Assert.Contains(expected, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_of_a_plugin_is_refused_only_where_it_is_read()
    {
        using TemporaryProject project = new(
            ("models/sources.yml", "sources: [{name: book, tables: [{name: sheet, config: {plugin: excel}}]}]\n"),
            ("models/good.sql", "select 1 as id"),
            ("models/bad.sql", "select * from {{ source('book', 'sheet') }}"));
        project.Run(0, "run", "--select", "good");
        Assert.Contains("the plugin 'excel'", project.Run(1, "run", "--select", "bad").All, StringComparison.Ordinal);
    }

    [Fact]
    public void Macros_ask_the_adapter_what_dbt_duckdb_answers()
    {
        using TemporaryProject project = new(("macros/ask.sql", """
            {% macro ask() %}
              {% do print(adapter.external_root() ~ ' ' ~ adapter.is_motherduck() ~ ' ' ~ adapter.is_ducklake(api.Relation.create(database='shop', identifier='t'))) %}
              {% do print(adapter.external_read_location('out/t', {'partition_by': 'a,b', 'format': 'csv'})) %}
              {% do print(adapter.external_write_options('out/t.csv', {'delimiter': '|'})) %}
              {% do print(adapter.location_exists('profiles.yml') ~ ' ' ~ adapter.location_exists('no/*.csv')) %}
            {% endmacro %}
            """));
        string said = project.Run(0, "run-operation", "ask").Output;
        Assert.Contains(". False False", said, StringComparison.Ordinal);
        Assert.Contains("out/t/*/*/*.csv", said, StringComparison.Ordinal);
        Assert.Contains("format csv, header 1, delimiter '|'", said, StringComparison.Ordinal);
        Assert.Contains("True False", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_with_a_unique_index_is_loaded_again_by_a_second_process()
    {
        using TemporaryProject project = new(
            ("seeds/s.csv", "id,name\n1,a\n2,b\n"),
            ("seeds/s.yml", "seeds: [{name: s, config: {indexes: [{columns: [id], unique: true}, {columns: [name]}]}}]\n"));
        foreach (string[] more in new string[][] { [], [], ["--full-refresh"] })
        {
            project.Run(0, ["seed", .. more]);
            Assert.Equal("2", project.Query("select count(*) from s"));
            Assert.Equal("2", project.Query("select count(*) from duckdb_indexes() where table_name = 's'"));
        }
    }

    [Fact]
    public void Foreign_keys_point_into_the_same_database()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"),
            ("models/b.sql", "select 1 as id, 1 as other"),
            ("models/s.yml", """
                models:
                  - name: a
                    config: {materialized: table, contract: {enforced: true}}
                    columns: [{name: id, data_type: integer, constraints: [{type: primary_key}]}]
                  - name: b
                    config: {materialized: table, contract: {enforced: true}}
                    constraints: [{type: foreign_key, columns: [other], to: ref('a'), to_columns: [id]}]
                    columns:
                      - {name: id, data_type: integer, constraints: [{type: foreign_key, to: ref('a'), to_columns: [id]}]}
                      - {name: other, data_type: integer}
                """));
        project.Run(0, "build");
        Assert.Equal("2", project.Query("select count(*) from duckdb_constraints() where constraint_type = 'FOREIGN KEY' and table_name = 'b'"));
    }

    [Theory]
    [InlineData("merge_update_condition=123", "merge_update_condition must be a string, found: 123")]
    [InlineData("merge_update_columns='name'", "merge_update_columns must be a list")]
    [InlineData("merge_update_set_expressions=['a']", "merge_update_set_expressions must be a dictionary")]
    [InlineData("merge_clauses={}", "merge_clauses must contain at least one of")]
    [InlineData("merge_clauses={'when_matched': 'x'}", "merge_clauses.when_matched must be a list")]
    [InlineData("merge_clauses={'when_matched': ['x']}", "elements must be dictionaries, found: x")]
    [InlineData("merge_clauses={'when_matched': [{'action': 'delete'}]}, merge_update_condition='true'", "should be removed: merge_update_condition")]
    public void Wrong_configs_of_a_merge_are_all_told(string config, string expected)
    {
        using TemporaryProject project = new(
            ("models/m.sql", $"{{{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', {config}) }}}} select 1 as id, 'a' as name"));
        project.Run(0, "run");
        Assert.Contains(expected, project.Run(1, "run").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layout_is_for_DuckLake_and_told_once_elsewhere()
    {
        const string Model = "{{ config(materialized='table', partitioned_by=['ds', 'day(ts)'], sort_by='id') }} select 1 as id, 2 as ds, now() as ts";
        using TemporaryProject project = new(("models/a.sql", Model), ("models/b.sql", Model));
        string said = project.Run(0, "run").All;
        Assert.Contains("only supported for DuckLake", said, StringComparison.Ordinal);

        project.Write("profiles.yml", "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: main, is_ducklake: true}}}\n");
        project.Write("models/b.sql", "-- {{ duckdb__create_table_as(false, this, 'select 1 as ds', 'sql', duckdb__get_partitioned_by(this, false), duckdb__get_sorted_by(this, false)) }}\nselect 1 as id");
        project.Write("models/b.yml", "models: [{name: b, config: {partition_by: ds, sorted_by: [id, odd name]}}]\n");
        project.Run(0, "compile", "--select", "b");
        string compiled = File.ReadAllText(project.PathOf("target/compiled/shop/models/b.sql"));
        Assert.Contains("set partitioned by (ds);", compiled, StringComparison.Ordinal);
        Assert.Contains("set sorted by (\"id\", \"odd name\");", compiled, StringComparison.Ordinal);
        Assert.True(compiled.IndexOf("limit 0", StringComparison.Ordinal) < compiled.IndexOf("set partitioned", StringComparison.Ordinal));
    }
}
