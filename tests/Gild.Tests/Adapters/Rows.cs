using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Adapters;

/// <summary>Short forms of what the adapter tests ask.</summary>
static class Rows
{
    public static QueryResult Query(this Connection connection, string sql, int? limit = null) =>
        connection.Execute(sql, fetch: true, limit, TestContext.Current.CancellationToken);

    public static AdapterResponse Run(this Connection connection, string sql) =>
        connection.Execute(sql, fetch: false, limit: null, TestContext.Current.CancellationToken).Response;

    /// <summary>The rows as text: cells by <c>, </c>, rows by <c>; </c>.</summary>
    public static string Text(this Connection connection, string sql) =>
        string.Join("; ", connection.Query(sql).Table.Rows.Select(row => string.Join(", ", row.Select(cell => cell.ToString()))));

    public static DictValue Output(params (string Key, Value Value)[] keys)
    {
        DictValue output = new();
        foreach ((string key, Value value) in keys)
        {
            output[key] = value;
        }

        return output;
    }

    public static AdapterEnvironment Environment { get; } = new(".", "shop", "dev");
}
