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

    /// <summary>A failed statement; the position counts within the whole text, of which the statement may be a part.</summary>
    internal static AdapterException Failure(NpgsqlException e, string sql)
    {
        if (e is not PostgresException server)
        {
            return new AdapterException($"The connection to PostgreSQL failed: {(e.InnerException ?? e).Message}", e)
            {
                Hint = "The server may have been restarted or may have ended this session; run again.",
            };
        }

        return server.SqlState == Cancelled
            ? new AdapterException("The statement was cancelled.", e) { SqlState = Cancelled }
            : new AdapterException(server.MessageText, e)
            {
                SqlState = server.SqlState,
                Detail = Detail(server),
                Hint = server.Hint,
                Position = PositionIn(server, sql),
            };
    }

    static string? Detail(PostgresException e) =>
        string.Join('\n', new[] { e.Detail, e.Where is { Length: > 0 } where ? $"CONTEXT: {where}" : null }.Where(t => !string.IsNullOrEmpty(t))) is { Length: > 0 } text ? text : null;

    /// <summary>The server counts characters (code points) from 1 within the statement it was sent.</summary>
    static int? PositionIn(PostgresException e, string sql)
    {
        if (e.Position <= 0)
        {
            return null;
        }

        string statement = e.BatchCommand?.CommandText ?? sql;
        int start = sql.IndexOf(statement, StringComparison.Ordinal);
        if (start < 0)
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
