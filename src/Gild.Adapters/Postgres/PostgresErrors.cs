using Gild.Engine.Adapters;
using Npgsql;

namespace Gild.Adapters.Postgres;

/// <summary>Npgsql's exceptions as the engine's, with the server's own fields.</summary>
static class PostgresErrors
{
    internal const string Cancelled = "57014";

    internal static AdapterException CannotConnect(Exception e, PostgresSettings settings)
    {
        string reason = (e.InnerException ?? e).Message;
        string? hint = e is PostgresException server
            ? server.SqlState switch
            {
                "28P01" or "28000" => "Check user and password in the profile.",
                "3D000" => "Create the database, or change 'dbname' in the profile.",
                "53300" => "The server has no free connections: lower 'threads' in the profile.",
                _ => server.Hint,
            }
            : "Check that the server runs and that host and port in the profile are right.";
        return new AdapterException($"Cannot connect to PostgreSQL at {settings.Host}:{settings.Port}, database {settings.Database}: {reason}", e)
        {
            SqlState = (e as PostgresException)?.SqlState,
            Hint = hint,
        };
    }

    internal static AdapterException StatementCancelled(Exception e) => new("The statement was cancelled.", e) { SqlState = Cancelled };

    /// <summary>A failed statement.</summary>
    /// <param name="start">Where in <paramref name="sql"/> it begins, since the server counts within the statement.</param>
    internal static AdapterException Failure(NpgsqlException e, string sql, int start)
    {
        if (e is not PostgresException server)
        {
            return new AdapterException($"The connection to PostgreSQL failed: {(e.InnerException ?? e).Message}", e)
            {
                Hint = "The server may have been restarted or may have ended this session; run again.",
            };
        }

        return server.SqlState == Cancelled
            ? StatementCancelled(e)
            : new AdapterException(server.MessageText, e)
            {
                SqlState = server.SqlState,
                Detail = Detail(server),
                Hint = server.Hint,
                Position = PositionIn(server, sql, start),
            };
    }

    static string? Detail(PostgresException e) =>
        string.Join('\n', new[] { e.Detail, e.Where is { Length: > 0 } where ? $"CONTEXT: {where}" : null }.Where(t => !string.IsNullOrEmpty(t))) is { Length: > 0 } text ? text : null;

    /// <summary>The server counts characters (code points) from 1.</summary>
    static int? PositionIn(PostgresException e, string sql, int start)
    {
        if (e.Position <= 0)
        {
            return null;
        }

        int offset = start;
        for (int i = 1; i < e.Position && offset < sql.Length; i++)
        {
            offset += char.IsHighSurrogate(sql[offset]) && offset + 1 < sql.Length ? 2 : 1;
        }

        return Math.Min(offset, sql.Length);
    }
}
