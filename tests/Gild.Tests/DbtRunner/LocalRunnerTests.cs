using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.DbtRunner;

/// <summary><c>gild lambda</c>: the same handler on a laptop, on DuckDB.</summary>
public sealed class LocalRunnerTests
{
    static TemporaryProject Shop() => new(
        ("models/orders.sql", "{{ config(materialized='table') }} select 1 as id"),
        ("models/bad.sql", "{{ config(materialized='table') }} select no_such_column as id"));

    static Outcome Invoke(TemporaryProject project, string theEvent)
    {
        project.Write("event.json", theEvent);
        return project.Run("lambda", "--event", "event.json");
    }

    [Fact]
    public void An_event_from_a_file_builds_on_DuckDB_and_the_answer_is_on_standard_output()
    {
        using TemporaryProject project = Shop();
        Outcome outcome = Invoke(project, """{"command": "build", "select": "orders"}""");
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        JsonElement answer = JsonDocument.Parse(outcome.Output).RootElement;
        Assert.Equal("success", answer.GetProperty("status").GetString());
        Assert.Equal("1", project.Query("select id from orders"));
        Assert.All(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonDocument.Parse(line));
    }

    [Fact]
    public void A_failed_build_ends_with_1_and_a_bad_event_with_2()
    {
        using TemporaryProject project = Shop();
        Outcome failed = Invoke(project, """{"command": "build"}""");
        Assert.True(failed.ExitCode == 1, failed.ToString());
        Assert.Equal("Gild.RunFailed", JsonDocument.Parse(failed.Output).RootElement.GetProperty("errorType").GetString());
        Assert.Equal(2, Invoke(project, """{"command": "drop"}""").ExitCode);
        Outcome missing = project.Run("lambda", "--event", "none.json");
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("the event cannot be read", missing.All, StringComparison.Ordinal);
        Assert.Equal(2, project.Run("lambda").ExitCode);
        Outcome flag = project.Run("lambda", "--event", "event.json", "--target", "other");
        Assert.Equal(2, flag.ExitCode);
        Assert.Contains("`--target` is a field of the event", flag.All, StringComparison.Ordinal);
    }
}
