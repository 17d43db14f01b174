using Gild.Engine.Adapters;
using Npgsql;

namespace Gild.Adapters.Postgres;

/// <summary>Npgsql's exceptions as the engine's, with the server's own fields.</summary>
/// <param name="product">The warehouse's name in messages.</param>
/// <param name="hintOf">What to do about an error of the server, when more is known than it says itself.</param>
sealed class PostgresErrors(string product, Func<PostgresException, string?> hintOf)
{
    internal const string Cancelled = "57014";

    /// <summary>Those of PostgreSQL itself.</summary>
    internal static PostgresErrors OfPostgres { get; } = new("PostgreSQL", e => e.SqlState switch
    {
        "28P01" or "28000" => "Check user and password in the profile.",
        "3D000" => "Create the database, or change 'dbname' in the profile.",
        "53300" => "The server has no free connections: lower 'threads' in the profile.",
        _ => null,
    });

    internal AdapterException CannotConnect(Exception e, string host, int port, string database, string? hint = null) => new(
        $"Cannot connect to {product} at {host}:{port}, database {database}: {(e as PostgresException)?.MessageText ?? (e.InnerException ?? e).Message}", e)
    {
        SqlState = (e as PostgresException)?.SqlState,
        Detail = (e as PostgresException)?.Detail,
        Hint = hint ?? (e is PostgresException server
            ? hintOf(server) ?? server.Hint
            : "Check that the server runs and that host and port in the profile are right."),
    };

    internal static AdapterException StatementCancelled(Exception e) => new("The statement was cancelled.", e) { SqlState = Cancelled };

    /// <summary>The session ended while a statement ran.</summary>
    internal AdapterException Lost(Exception e) => new($"The connection to {product} failed: {(e.InnerException ?? e).Message}", e)
    {
        ConnectionLost = true,
        Hint = e.InnerException is TimeoutException
            ? "The server did not answer within the limit of the profile."
            : "The server may have been restarted or may have ended this session; run again.",
    };

    /// <summary>A failed statement.</summary>
    /// <param name="start">Where in <paramref name="sql"/> it begins, since the server counts within the statement.</param>
    internal AdapterException Failure(NpgsqlException e, string sql, int start)
    {
        if (e is not PostgresException server)
        {
            return Lost(e);
        }

        return server.SqlState == Cancelled && hintOf(server) is null
            ? StatementCancelled(e)
            : new AdapterException(server.MessageText, e)
            {
                SqlState = server.SqlState,
                Detail = Detail(server),
                Hint = server.Hint ?? hintOf(server),
                Position = PositionIn(server, sql, start),
                ConnectionLost = server.Severity is "FATAL" or "PANIC",
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
