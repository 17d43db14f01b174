using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Engine.Running;

namespace Gild.Engine.Commands;

/// <summary>
/// The part of <c>debug</c> that needs the parsed project: who is signed in and where, the rights on the schemas that the project writes
/// to, and whether each source table can be read and gives rows. Each failing line says what to do.
/// </summary>
public sealed class SourceChecks(CommandScope scope)
{
    bool _fine = true;

    /// <summary>0 when every check is well.</summary>
    public int Run()
    {
        using WarehouseSession session = scope.OpenSession("debug");
        Check(session, "signed in as", "select current_user", rows => (true, rows[0][0].ToString()), "check the sign-in of the profile's target");
        Check(session, "database", "select current_database()", rows => (true, rows[0][0].ToString()), "check the database of the profile's target");
        foreach (string schema in scope.Manifest.Nodes.Values.OfType<CompilableNode>()
            .Where(n => n.ResourceType is ResourceType.Model or ResourceType.Seed or ResourceType.Snapshot && !n.IsEphemeral)
            .Select(n => n.Schema).Distinct().Order(StringComparer.Ordinal))
        {
            CheckRights(session, schema);
        }

        foreach (SourceNode source in scope.Manifest.Nodes.Values.OfType<SourceNode>().OrderBy(s => s.UniqueId, StringComparer.Ordinal))
        {
            Check(session, $"source {source.SourceName}.{source.Name}", $"select 1 from {source.RelationName} limit 1",
                rows => rows.Count > 0 ? (true, "gives rows") : (false, "has no rows"),
                $"load {source.RelationName}, or register its partitions if it is an external table; grant USAGE on its schema and SELECT on it to the user that signs in");
        }

        return _fine ? 0 : 1;
    }

    void CheckRights(WarehouseSession session, string schema)
    {
        string text = schema.Replace("'", "''", StringComparison.Ordinal);
        Check(session, $"schema {schema}", $"select count(*) from pg_catalog.pg_namespace where nspname = '{text}'",
            rows => (true, rows[0][0].ToString() == "0" ? "will be created" : "exists"), "check the profile's schema");
        bool exists = session.IsOpen && Rows(session, $"select 1 from pg_catalog.pg_namespace where nspname = '{text}'") is { Count: > 0 };
        string sql = exists
            ? $"select has_schema_privilege(current_user, '{text}', 'USAGE') and has_schema_privilege(current_user, '{text}', 'CREATE')"
            : "select has_database_privilege(current_user, current_database(), 'CREATE')";
        Check(session, $"rights on {schema}", sql,
            rows => rows[0][0].IsTrue && rows[0][0].ToString() is not ("f" or "false" or "False") ? (true, exists ? "may use and create" : "may create the schema") : (false, "may not create"),
            exists ? $"grant usage, create on schema {schema} to the user that signs in" : $"create the schema {schema} and grant usage, create on it to the user that signs in");
    }

    static IReadOnlyList<Gild.Jinja.Values.Value[]>? Rows(WarehouseSession session, string sql)
    {
        try
        {
            return session.Execute(sql, false, true, null).Table.Rows;
        }
        catch (AdapterException)
        {
            return null;
        }
        finally
        {
            session.Release();
        }
    }

    void Check(WarehouseSession session, string name, string sql, Func<IReadOnlyList<Gild.Jinja.Values.Value[]>, (bool Ok, string Result)> judge, string help)
    {
        try
        {
            (bool ok, string result) = judge(session.Execute(sql, false, true, null).Table.Rows);
            Report(name, result, ok, ok ? null : help);
        }
        catch (AdapterException e)
        {
            Report(name, e.Message, false, e.Hint is { Length: > 0 } hint ? $"{help}; {hint}" : help);
        }
        finally
        {
            session.Release();
        }
    }

    void Report(string name, string result, bool ok, string? help)
    {
        _fine &= ok;
        scope.Invocation.Report(new DebugLine(name, result, ok) { Help = help });
    }
}
