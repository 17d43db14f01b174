using Gild.Adapters.Postgres;
using Xunit;

namespace Gild.Tests.Adapters;

public sealed class StatementSplitterTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" ; -- a; b\n ; /* ; */ ", "")]
    [InlineData("select 1; select 2", "select 1| select 2")]
    [InlineData("select ';' ; select ';''' ; select \";\"", "select ';' | select ';''' | select \";\"")]
    [InlineData("select E'\\';' ; select 2", "select E'\\';' | select 2")]
    [InlineData("select name'\\' ; select 2", "select name'\\' | select 2")]
    [InlineData("do $$ begin x; end $$; select $1; select $a$ ; $$ ; $a$", "do $$ begin x; end $$| select $1| select $a$ ; $$ ; $a$")]
    [InlineData("/* a /* ; */ ; */ select 1 -- ;\n; select 2", "/* a /* ; */ ; */ select 1 -- ;\n| select 2")]
    [InlineData(
        "create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3",
        "create function f() returns int begin atomic select case when true then 1 end; select 2; end| select 3")]
    [InlineData("begin; select 1; end", "begin| select 1| end")]
    [InlineData("select 'open ; end", "select 'open ; end")]
    public void Statements_end_at_the_semicolons_between_them(string sql, string expected)
    {
        List<Statement> statements = StatementSplitter.Split(sql);
        Assert.Equal(expected, string.Join('|', statements.Select(s => s.Text)));
        Assert.All(statements, s => Assert.Equal(s.Text, sql.Substring(s.Start, s.Text.Length)));
    }
}
