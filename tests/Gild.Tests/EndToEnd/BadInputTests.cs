using Xunit;

namespace Gild.Tests.EndToEnd;

/// <summary>What a user who made a mistake sees: the place, the reason, the nearest name, and an untouched database.</summary>
public sealed class BadInputTests
{
    static readonly (string, string) s_customers = ("models/customers.sql", "select 1 as id");

    /// <summary>The project does not parse: exit code 2, the words are there, and no database was made.</summary>
    static void Refused(TemporaryProject project, params string[] words)
    {
        Outcome outcome = project.Run(2, "build");
        Says(outcome, words);
        Assert.False(File.Exists(project.Database), "the database was opened");
    }

    static void Says(Outcome outcome, params string[] words)
    {
        foreach (string word in words)
        {
            Assert.Contains(word, outcome.All, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_folder_without_a_project_file_is_named()
    {
        using TemporaryProject project = new();
        File.Delete(project.PathOf("dbt_project.yml"));
        Refused(project, "no dbt_project.yml", project.Folder, "--project-dir");
    }

    [Fact]
    public void Bad_yaml_is_shown_where_it_stands()
    {
        using TemporaryProject project = new(s_customers, ("models/schema.yml", "version: 2\nmodels:\n  - name: customers\n    columns: [id\n  - x: y\n"));
        Refused(project, "not valid YAML", "models/schema.yml:4:14", "columns: [id");
    }

    [Fact]
    public void Bad_jinja_is_shown_where_it_stands()
    {
        using TemporaryProject project = new(s_customers, ("models/orders.sql", "select 1\n  as id, {{ 1 + }} as n"));
        Refused(project, "models/orders.sql:2:", "{{ 1 + }}", "^");
    }

    [Fact]
    public void An_unknown_ref_gets_the_nearest_model()
    {
        using TemporaryProject project = new(s_customers, ("models/orders.sql", "select *\nfrom {{ ref('custmers') }}"));
        Refused(project, "models/orders.sql", "'custmers'", "did you mean `customers`?");
    }

    [Fact]
    public void A_generic_test_of_an_unknown_node_is_told_where_the_file_asks_for_it()
    {
        using TemporaryProject project = new(
            s_customers,
            ("models/s.yml", "models:\n  - name: customers\n    columns:\n      - name: id\n        data_tests:\n          - relationships: {arguments: {to: ref('gone'), field: id}}\n"));
        string said = project.Run(0, "parse").All;
        Assert.Contains("'gone'", said, StringComparison.Ordinal);
        Assert.Contains("models/s.yml:6:13", said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_source_gets_the_nearest_table()
    {
        using TemporaryProject project = new(
            ("models/sources.yml", "version: 2\nsources:\n  - name: raw\n    tables:\n      - name: orders\n"),
            ("models/orders.sql", "select * from {{ source('raw', 'ordes') }}"));
        Refused(project, "models/orders.sql", "raw.ordes", "did you mean `raw.orders`?");
    }

    [Fact]
    public void An_unknown_macro_fails_its_model_with_the_nearest_macro()
    {
        using TemporaryProject project = new(
            s_customers,
            ("macros/money.sql", "{% macro cents_to_euros(c) %}{{ c }} / 100{% endmacro %}"),
            ("models/orders.sql", "select\n  {{ cents_to_euro('1') }} as a"));
        Outcome outcome = project.Run(1, "build");
        Says(outcome, "models/orders.sql:2:6", "'cents_to_euro' is undefined", "cents_to_euros");
        Assert.Equal("customers", project.Relations());
    }

    [Fact]
    public void A_cycle_is_shown_as_its_path()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select * from {{ ref('b') }}"), ("models/b.sql", "select * from {{ ref('c') }}"), ("models/c.sql", "select * from {{ ref('a') }}"));
        Refused(project, "cycle: model.shop.a --> model.shop.c --> model.shop.b --> model.shop.a");
    }

    [Fact]
    public void Two_models_of_one_name_are_both_named()
    {
        using TemporaryProject project = new(s_customers, ("models/more/customers.sql", "select 2 as id"));
        Refused(project, "\"customers\"", "models/customers.sql", "models/more/customers.sql");
    }

    [Fact]
    public void An_error_of_the_database_fails_its_model_and_skips_the_children()
    {
        using TemporaryProject project = new(
            s_customers,
            ("models/fine.sql", "{{ config(materialized='table') }} select 1 as x"),
            ("models/orders.sql", "{{ config(materialized='table') }}\nselect idd from {{ ref('customers') }}"),
            ("models/child.sql", "select * from {{ ref('orders') }}"),
            ("models/grandchild.sql", "select * from {{ ref('child') }}"));
        Outcome outcome = project.Run(1, "build");
        Says(outcome, "\"idd\" not found", "models/orders.sql:2:8", "PASS=2 WARN=0 ERROR=1 SKIP=2");
        Assert.Equal("customers fine", project.Relations());
        Assert.Equal(
            "child skipped, customers success, fine success, grandchild skipped, orders error",
            string.Join(", ", project.Statuses().OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} {s.Value}")));
    }

    [Fact]
    public void A_model_that_fails_on_a_rebuild_keeps_its_old_table()
    {
        using TemporaryProject project = new(("models/orders.sql", "{{ config(materialized='table') }} select 1 as id"));
        project.Run(0, "build");
        project.Write("models/orders.sql", "{{ config(materialized='table') }} select error('no') as id");
        project.Run(1, "build");
        Assert.Equal("orders", project.Relations());
        Assert.Equal("1", project.Query("select id from orders"));
    }

    [Fact]
    public void An_unknown_profile_gets_the_nearest_one()
    {
        using TemporaryProject project = new(s_customers);
        Says(project.Run(2, "build", "--profile", "shopp"), "'shopp'", "did you mean `shop`?", "profiles.yml");
    }

    [Fact]
    public void An_unknown_target_gets_the_list_of_targets()
    {
        using TemporaryProject project = new(s_customers);
        Says(project.Run(2, "build", "--target", "prod"), "'prod'", "profiles.yml:4:", "dev, ci");
        Assert.False(File.Exists(project.Database));
    }

    [Fact]
    public void A_database_that_cannot_be_made_is_named_with_the_reason()
    {
        using TemporaryProject project = new(s_customers);
        project.Write("blocked", "a file where the folder should be");
        Outcome outcome = GildProgram.Run(project.Folder, ["build"], ("SHOP_DB", project.PathOf("blocked/shop.duckdb")));
        Assert.True(outcome.ExitCode is 1 or 2, outcome.ToString());
        Says(outcome, project.PathOf("blocked/shop.duckdb"), "'path' in the profile");
    }

    [Fact]
    public void A_file_that_is_no_database_is_left_as_it_is()
    {
        using TemporaryProject project = new(s_customers);
        string text = string.Concat(Enumerable.Repeat("not a database\n", 1000));
        project.Write("shop.duckdb", text);
        Outcome outcome = project.Run(2, "build");
        Says(outcome, "shop.duckdb", "not a valid DuckDB database");
        Assert.Equal(text, File.ReadAllText(project.Database));
    }

    [Fact]
    public void A_database_that_another_program_has_open_is_told()
    {
        using TemporaryProject project = new(
            s_customers,
            ("models/slow.sql", "{{ config(materialized='table') }} select max(a.range * b.range) as m from range(1000000) a, range(1000000) b"));
        using RunningProgram holder = GildProgram.Start(project.Folder, ["build", "--target-path", "holder", "--log-path", "holder"]);
        holder.WaitForFile(project.PathOf("holder/run/shop/models/slow.sql"));
        Outcome outcome = project.Run(2, "build");
        Says(outcome, "shop.duckdb", "lock");
        holder.Signal("KILL");
        holder.Wait(TimeSpan.FromMinutes(1));
        project.Run(0, "build", "--select", "customers");
        Assert.Equal("customers", project.Relations());
    }

    [Fact]
    public void An_unknown_command_gets_the_nearest_one()
    {
        using TemporaryProject project = new(s_customers);
        Says(project.Run(2, "biuld"), "`biuld`", "`build`");
    }

    [Fact]
    public void An_unknown_flag_gets_the_nearest_one()
    {
        using TemporaryProject project = new(s_customers);
        Says(project.Run(2, "build", "--selct", "customers"), "`--selct`", "`--select`");
    }

    [Fact]
    public void A_selection_that_matches_nothing_warns_and_builds_nothing()
    {
        using TemporaryProject project = new(s_customers);
        Says(project.Run(0, "build", "--select", "nothing_here"), "nothing_here", "Nothing to do");
        Assert.Equal("", project.Relations());
    }

    [Fact]
    public void A_missing_silver_folder_stops_gold_before_its_first_model()
    {
        using TemporaryProject project = new();
        string silver = project.PathOf("silver");
        Directory.CreateDirectory(silver);
        Outcome outcome = GildProgram.Run(
            project.Folder,
            ["build", "--project-dir", Repository.PathOf("src", "dbt_gold"), "--profiles-dir", Repository.PathOf("src", "dbt_gold"),
                "--target", "local", "--target-path", project.PathOf("target"), "--log-path", project.PathOf("logs")],
            ("SILVER_ROOT", silver),
            ("GOLD_DB", project.Database));
        Assert.True(outcome.ExitCode == 2, outcome.ToString());
        Says(outcome, "No Silver files for silver_linkedin.linkedin", silver, "Set SILVER_ROOT");
        Assert.Equal("", project.Relations());
        Assert.DoesNotContain("Error in model", outcome.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3", "no period")]
    [InlineData("three days", "no number of days")]
    [InlineData("3 weeks", "none of hours, days, months, years")]
    [InlineData("{start: 2024-01-01}", "no `end`")]
    [InlineData("{start: 2024-01-02, end: 2024-01-01}", "ends before it starts")]
    [InlineData("{start: soon, end: 2024-01-01}", "`start: soon` is no date")]
    public void A_sample_that_is_no_period_is_refused_before_anything_is_built(string sample, string reason)
    {
        using TemporaryProject project = new(s_customers);
        Says(project.Run(2, "run", "--sample", sample), "--sample", reason, "3 days");
        Assert.False(File.Exists(project.Database), "the database was opened");
    }

    [Fact]
    public void An_error_of_the_database_points_into_the_model_through_loops_and_ephemeral_parents()
    {
        using TemporaryProject project = new(
            ("models/eph.sql", "{{ config(materialized='ephemeral') }} select 1 as id"),
            ("models/wide.sql", "-- wide\nselect\n  {% for i in range(2) %}c{{ i }}, {% endfor %}\n  id\nfrom {{ ref('eph') }}"),
            ("models/calls.sql", "with a as (select * from {{ ref('eph') }})\nselect\n   frobnicate(id) as y\nfrom a"));
        Outcome outcome = project.Run(1, "build");
        Says(outcome, "models/wide.sql:3:26", "models/calls.sql:3:4");
    }
}
