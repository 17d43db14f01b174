using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary>The comment that every statement carries.</summary>
public sealed class QueryCommentTests
{
    static TemporaryProject Project(string comment)
    {
        TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"),
            ("macros/m.sql", """
                {% macro header(message) %}{{ return({'message': 'of ' ~ message}) }}{% endmacro %}
                {% macro wrong() %}an end */ too early{% endmacro %}
                """));
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\n" + comment + "\n");
        return project;
    }

    static string Sent(string comment)
    {
        using TemporaryProject project = Project(comment);
        return project.Run(0, "run", "--debug").Output;
    }

    [Fact]
    public void Without_a_comment_of_its_own_a_project_gets_that_of_dbt()
    {
        string sent = Sent("");
        Assert.Contains("\"app\": \"dbt\"", sent, StringComparison.Ordinal);
        Assert.Contains("\"target_name\": \"dev\", \"node_id\": \"model.shop.a\"} */", sent, StringComparison.Ordinal);
        Assert.Contains("\"target_name\": \"dev\", \"connection_name\": \"master\"} */", sent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_comment_may_call_macros_and_return_its_value() => Assert.Contains(
        "/* {\"message\": \"of dev\"} */", Sent("query-comment: \"{{ return(tojson(header(target.name))) }}\""), StringComparison.Ordinal);

    [Fact]
    public void A_comment_may_look_at_the_node_that_is_none_outside_of_nodes()
    {
        string sent = Sent("query-comment: {comment: \"{{ node.name if node is not none else connection_name }}\", append: true}");
        Assert.Contains("/* a */", sent, StringComparison.Ordinal);
        Assert.Contains("/* master */", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query-comment: ''")]
    [InlineData("query-comment:")]
    public void An_empty_comment_is_none(string comment) => Assert.DoesNotContain("/*", Sent(comment), StringComparison.Ordinal);

    [Fact]
    public void A_comment_that_ends_itself_is_refused_before_anything_is_built()
    {
        using TemporaryProject project = Project("query-comment: \"{{ wrong() }}\"");
        Assert.Contains("illegal value \"*/\"", project.Run(2, "run").All, StringComparison.Ordinal);
    }
}
