using Gild.Adapters.Postgres;
using Npgsql;

namespace Gild.Adapters.Redshift;

/// <summary>One session on the wire: what speaks on it, and the server's process, by which another session can end it.</summary>
sealed class RedshiftSession(PostgresConnection connection, NpgsqlDataSource source, int processId) : IDisposable
{
    internal PostgresConnection Connection { get; } = connection;

    internal int ProcessId { get; } = processId;

    public void Dispose()
    {
        Connection.Dispose();
        source.Dispose();
    }
}
