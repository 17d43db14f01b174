using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary>What tools that read a run's artifacts rely on.</summary>
public sealed class ArtifactTests
{
    [Fact]
    public void Compiled_files_are_named_from_the_project_and_failures_say_where_they_are()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id"), ("tests/none.sql", "select * from {{ ref('a') }}"));
        Outcome outcome = project.Run(1, "build");
        using JsonDocument manifest = project.Artifact("manifest.json");
        JsonElement nodes = manifest.RootElement.GetProperty("nodes");
        Assert.Equal("target/compiled/shop/models/a.sql", nodes.GetProperty("model.shop.a").GetProperty("compiled_path").GetString());
        Assert.Contains("compiled code at target/compiled/shop/tests/none.sql", outcome.All, StringComparison.Ordinal);
        Assert.True(File.Exists(project.PathOf("target/compiled/shop/tests/none.sql")));
    }

    [Fact]
    public void Statements_in_the_log_carry_the_node_that_sent_them()
    {
        using TemporaryProject project = new(("models/a.sql", "select 41 + 1 as answer"));
        string log = project.Run(0, "run", "--log-format", "json", "--log-level", "debug").Output;
        string sent = log.Split('\n').First(l => l.Contains("\"name\":\"SQLQuery\"", StringComparison.Ordinal) && l.Contains("41 + 1", StringComparison.Ordinal));
        Assert.Contains("\"unique_id\":\"model.shop.a\"", sent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_graph_is_summed_up_with_the_edges_of_tests_for_a_build()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"), ("models/b.sql", "select id from {{ ref('a') }}"),
            ("models/s.yml", "models: [{name: a, columns: [{name: id, data_tests: [not_null]}]}]"));
        project.Run(0, "build");
        using JsonDocument summary = project.Artifact("graph_summary.json");
        int Readers(string graph, string id) => summary.RootElement.GetProperty(graph).EnumerateObject().Select(p => p.Value)
            .Single(n => n.GetProperty("name").GetString() == id) is var node && node.TryGetProperty("succ", out JsonElement succ) ? succ.GetArrayLength() : 0;
        string test = summary.RootElement.GetProperty("linked").EnumerateObject().Select(p => p.Value.GetProperty("name").GetString()!).Single(n => n.StartsWith("test.", StringComparison.Ordinal));
        Assert.Equal(2, Readers("linked", "model.shop.a"));
        Assert.Equal(0, Readers("linked", test));
        Assert.Equal(1, Readers("with_test_edges", test));
        project.Run(0, "run");
        using JsonDocument run = project.Artifact("graph_summary.json");
        Assert.False(run.RootElement.TryGetProperty("with_test_edges", out _));
    }

    [Fact]
    public void The_results_record_the_arguments_that_the_command_has()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id from range(9)"));
        JsonElement Args(params string[] command)
        {
            project.Run(0, command);
            using JsonDocument results = project.Artifact("run_results.json");
            return results.RootElement.GetProperty("args").Clone();
        }

        JsonElement shown = Args("show", "--select", "a");
        Assert.Equal(5, shown.GetProperty("limit").GetInt32());
        Assert.Equal("text", shown.GetProperty("output").GetString());
        Assert.Equal(3, Args("show", "--select", "a", "--limit", "3").GetProperty("limit").GetInt32());
        JsonElement run = Args("run");
        Assert.Equal("[]", run.GetProperty("select").ToString());
        Assert.False(run.TryGetProperty("limit", out _));
        Assert.False(run.TryGetProperty("full_refresh", out _));
        Assert.True(Args("run", "--full-refresh").GetProperty("full_refresh").GetBoolean());
        Assert.False(Args("test").TryGetProperty("empty", out _));
    }

    [Fact]
    public void The_compiled_code_of_a_preview_is_what_was_sent()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id"));
        project.Run(0, "show", "--select", "a", "--limit", "4");
        using JsonDocument results = project.Artifact("run_results.json");
        Assert.Contains("limit 4", Assert.Single(results.RootElement.GetProperty("results").EnumerateArray()).GetProperty("compiled_code").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_of_a_version_that_cannot_be_compared_is_refused()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id"));
        project.Write("old/manifest.json", """{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v3.json"}, "nodes": {}}""");
        Assert.Contains("Are you running with a different version of dbt?", project.Run(2, "ls", "--select", "state:new", "--state", "old").All, StringComparison.Ordinal);
        project.Write("old/manifest.json", """
            {"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v4.json"},
             "nodes": {"model.shop.a": {"raw_sql": "select 1 as id", "fqn": ["shop", "a"], "unrendered_config": {}}}}
            """);
        Assert.Equal("", project.Run(0, "ls", "-q", "--select", "state:modified.body", "--state", "old").Output);
    }

    [Fact]
    public void Docs_blocks_count_where_the_description_names_them_as_they_are()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id, 2 as n"), ("models/d.md", "{% docs what %}of {name}{% enddocs %}"),
            ("models/s.yml", """
                models:
                  - name: a
                    description: "{{ doc('what') }} and more"
                    columns: [{name: id, description: "{{ doc('what').format(name='id') }}"}]
                """));
        project.Run(0, "parse");
        using JsonDocument manifest = project.Artifact("manifest.json");
        JsonElement model = manifest.RootElement.GetProperty("nodes").GetProperty("model.shop.a");
        Assert.Equal("""["doc.shop.what"]""", model.GetProperty("doc_blocks").ToString());
        JsonElement column = model.GetProperty("columns").GetProperty("id");
        Assert.Equal("of id", column.GetProperty("description").GetString());
        Assert.Equal("[]", column.GetProperty("doc_blocks").ToString());
    }
}
