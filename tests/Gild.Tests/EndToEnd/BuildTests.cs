using System.Text.Json;
using Xunit;

namespace Gild.Tests.EndToEnd;

/// <summary>A small project with one of each kind of node, built, built again, changed and interrupted.</summary>
public sealed class BuildTests
{
    const string SlowSql = "select max(a.range * b.range) as m from range(1000000) a, range(1000000) b";

    static TemporaryProject Shop() => new(
        ("dbt_project.yml", TemporaryProject.ProjectFile + "\n" + """
            on-run-start: "create table if not exists audit (what varchar)"
            on-run-end: "insert into audit values ('end')"
            """),
        ("seeds/raw_customers.csv", "id,name\n1,Ann\n2,Bob\n3,Cy\n"),
        ("models/stg_customers.sql", "{{ config(materialized='ephemeral') }} select id, name from {{ ref('raw_customers') }}"),
        ("models/customers.sql", """
            {{ config(materialized='table', post_hook="insert into audit values ('{{ this.name }}')") }}
            select * from {{ ref('stg_customers') }}
            """),
        ("models/customer_count.sql", "select count(*) as customers from {{ ref('customers') }}"),
        ("models/appended.sql", """
            {{ config(materialized='incremental', incremental_strategy='append') }}
            select id, name from {{ ref('customers') }}
            {% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
            """),
        ("models/replaced.sql", """
            {{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='id', on_schema_change='append_new_columns') }}
            select id, name {% if var('with_email', false) %}, name || '@x.org' as email {% endif %} from {{ ref('customers') }}
            """),
        ("models/merged.sql", """
            {{ config(materialized='incremental', incremental_strategy='merge', unique_key='id') }}
            select id, name from {{ ref('customers') }}
            """),
        ("models/strict.sql", """
            {{ config(materialized='incremental', on_schema_change='fail') }}
            select id, name {% if var('with_email', false) %}, name || '@x.org' as email {% endif %} from {{ ref('customers') }}
            {% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
            """),
        ("models/schema.yml", """
            version: 2
            models:
              - name: customers
                columns:
                  - name: id
                    data_tests: [unique, not_null]
            """));

    const string Relations = "appended audit customer_count customers merged raw_customers replaced strict";

    static readonly string[] s_incremental = ["appended", "replaced", "merged", "strict"];

    static string Rows(TemporaryProject project, string table) => project.Query($"select id, name from {table} order by all");

    [Fact]
    public void A_build_makes_every_kind_of_node_and_both_artifacts()
    {
        using TemporaryProject project = Shop();
        project.Run(0, "build");
        Assert.Equal(Relations, project.Relations());
        Assert.Equal("customer_count, VIEW", project.Query("select table_name, table_type from information_schema.tables where table_type = 'VIEW'"));
        Assert.Equal("3", project.Query("select customers from customer_count"));
        Assert.All(s_incremental, table => Assert.Equal("1, Ann; 2, Bob; 3, Cy", Rows(project, table)));
        Assert.Equal("customers; end", project.Query("select what from audit"));
        Dictionary<string, string> statuses = project.Statuses();
        Assert.Equal(9, statuses.Count);
        Assert.Equal(2, statuses.Values.Count(s => s == "pass"));
        Assert.Equal(7, statuses.Values.Count(s => s == "success"));
        using JsonDocument manifest = project.Artifact("manifest.json");
        JsonElement nodes = manifest.RootElement.GetProperty("nodes");
        Assert.Equal("ephemeral", nodes.GetProperty("model.shop.stg_customers").GetProperty("config").GetProperty("materialized").GetString());
        Assert.Equal(
            ["model.shop.stg_customers"],
            nodes.GetProperty("model.shop.customers").GetProperty("depends_on").GetProperty("nodes").EnumerateArray().Select(n => n.GetString()!));
    }

    [Fact]
    public void A_second_build_changes_no_row_of_an_incremental_model()
    {
        using TemporaryProject project = Shop();
        project.Run(0, "build");
        project.Run(0, "build");
        Assert.Equal(Relations, project.Relations());
        Assert.All(s_incremental, table => Assert.Equal("1, Ann; 2, Bob; 3, Cy", Rows(project, table)));
    }

    [Fact]
    public void New_and_changed_rows_arrive_as_each_strategy_says()
    {
        using TemporaryProject project = Shop();
        project.Run(0, "build");
        project.Write("seeds/raw_customers.csv", "id,name\n1,Ann\n2,Bert\n3,Cy\n4,Dee\n");
        project.Run(0, "build");
        Assert.Equal("1, Ann; 2, Bob; 3, Cy; 4, Dee", Rows(project, "appended"));
        Assert.Equal("1, Ann; 2, Bert; 3, Cy; 4, Dee", Rows(project, "replaced"));
        Assert.Equal("1, Ann; 2, Bert; 3, Cy; 4, Dee", Rows(project, "merged"));
        project.Run(0, "build", "--full-refresh");
        Assert.Equal("1, Ann; 2, Bert; 3, Cy; 4, Dee", Rows(project, "appended"));
        Assert.Equal(Relations, project.Relations());
    }

    [Fact]
    public void A_new_column_is_appended_or_refused_as_on_schema_change_says()
    {
        using TemporaryProject project = Shop();
        project.Run(0, "build");
        Outcome outcome = project.Run(1, "build", "--vars", "{with_email: true}");
        Assert.Contains("out of sync", outcome.All, StringComparison.Ordinal);
        Assert.Equal("error", project.Statuses()["strict"]);
        Assert.Equal("1, Ann, Ann@x.org", project.Query("select * from replaced where id = 1"));
        Assert.Equal("1, Ann", project.Query("select * from strict where id = 1"));
        Assert.Equal(Relations, project.Relations());
    }

    [Fact]
    public void A_failing_test_skips_what_reads_its_model()
    {
        using TemporaryProject project = Shop();
        project.Write("seeds/raw_customers.csv", "id,name\n1,Ann\n1,Bob\n");
        project.Run(1, "build");
        Dictionary<string, string> statuses = project.Statuses();
        Assert.Equal("fail", statuses["unique_customers_id"]);
        Assert.All([.. s_incremental, "customer_count"], name => Assert.Equal("skipped", statuses[name]));
        Assert.Equal("audit customers raw_customers", project.Relations());
    }

    [Fact]
    public void A_failing_start_hook_skips_every_node_where_the_project_says_so()
    {
        using TemporaryProject project = Shop();
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\non-run-start: \"select error('not today')\"\nflags: {skip_nodes_if_on_run_start_fails: true}\n");
        Outcome outcome = project.Run(1, "build", "--exclude", "customers");
        Assert.Contains("not today", outcome.All, StringComparison.Ordinal);
        Assert.All(project.Statuses().Values, status => Assert.Equal("skipped", status));
        Assert.Equal("", project.Relations());
    }

    /// <summary>The build with a model that takes forever, once it runs; its table exists already from an earlier build.</summary>
    static RunningProgram BuildThatStops(TemporaryProject project)
    {
        project.Write("models/slow.sql", "{{ config(materialized='table') }} select 0 as m from {{ ref('customers') }}");
        project.Run(0, "build");
        project.Write("models/slow.sql", "{{ config(materialized='table') }} " + SlowSql + "-- {{ ref('customers') }}");
        string run = project.PathOf("target/run/shop/models/slow.sql");
        File.Delete(run);
        RunningProgram program = GildProgram.Start(project.Folder, ["build", "--select", "slow"]);
        program.WaitForFile(run);
        return program;
    }

    [Fact]
    public void A_killed_build_leaves_the_old_tables_and_the_next_build_is_right()
    {
        using TemporaryProject project = Shop();
        using (RunningProgram program = BuildThatStops(project))
        {
            program.Signal("KILL");
            program.Wait(TimeSpan.FromMinutes(1));
        }

        Assert.Equal("0; 0; 0", project.Query("select m from slow"));
        project.Write("models/slow.sql", "{{ config(materialized='table') }} select 7 as m from {{ ref('customers') }}");
        project.Run(0, "build");
        Assert.Equal("7; 7; 7", project.Query("select m from slow"));
        Assert.Equal(Relations.Replace("strict", "slow strict", StringComparison.Ordinal), project.Relations());
    }

    [Fact]
    public void An_interrupted_build_ends_with_1_and_no_half_built_table()
    {
        using TemporaryProject project = Shop();
        using RunningProgram program = BuildThatStops(project);
        program.Signal("TERM");
        Outcome outcome = program.Wait(TimeSpan.FromMinutes(1));
        Assert.True(outcome.ExitCode == 1, outcome.ToString());
        Assert.Equal("0; 0; 0", project.Query("select m from slow"));
        Assert.Equal(Relations.Replace("strict", "slow strict", StringComparison.Ordinal), project.Relations());
    }

    [Fact]
    public void A_full_disk_fails_the_model_and_keeps_the_rest()
    {
        Assert.True(OperatingSystem.IsLinux(), "This check needs a small file system of its own, which Linux alone gives for the asking (unshare).");
        using TemporaryProject project = new(
            ("models/small.sql", "{{ config(materialized='table') }} select 1 as id"),
            ("models/large.sql", "{{ config(materialized='table') }} select random() as a, random() as b from range(5000000), {{ ref('small') }}"),
            ("disk/empty", ""));
        // The file system is seen by this process alone and goes with it; what it held is copied out for a look.
        string script = "mount -t tmpfs -o size=16m tmpfs disk || exit 99; \"$@\"; code=$?; cp disk/shop.duckdb shop.duckdb; exit $code";
        Outcome outcome = GildProgram.RunThrough(
            ["unshare", Environment.IsPrivilegedProcess ? "-m" : "-rm", "sh", "-c", script, "sh"],
            project.Folder, ["build", "--threads", "1"], ("SHOP_DB", "disk/shop.duckdb"));
        Assert.True(outcome.ExitCode == 1, outcome.ToString());
        Assert.Contains("models/large.sql", outcome.All, StringComparison.Ordinal);
        Assert.Contains("The disk is full", outcome.All, StringComparison.Ordinal);
        Assert.Contains("PASS=1 WARN=0 ERROR=1", outcome.All, StringComparison.Ordinal);
        Assert.Equal("small", project.Relations());
    }
}
