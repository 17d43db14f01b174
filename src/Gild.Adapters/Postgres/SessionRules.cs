using Gild.Engine.Adapters;
using Npgsql;

namespace Gild.Adapters.Postgres;

/// <summary>How sessions differ between the warehouses that speak PostgreSQL's protocol, as data.</summary>
sealed record SessionRules
{
    /// <summary>Whether the first statement of a session, or after a release, opens a transaction.</summary>
    internal required bool ImplicitBegin { get; init; }

    /// <summary>Whether the engine's begin and commit are sent; without them every statement stands for itself.</summary>
    internal required bool Transactions { get; init; }

    /// <summary>Whether several statements in one text succeed or fail together outside of a transaction too.</summary>
    internal bool StatementsTogether { get; init; } = true;

    /// <summary>Whether a wait for the server ends when a cancelled statement does not; the session is then lost.</summary>
    internal bool GivesUpWaiting { get; init; }

    internal Func<uint, WireType> TypeOf { get; init; } = PostgresTypes.Of;

    internal Func<NpgsqlBatchCommand?, string, AdapterResponse> ResponseOf { get; init; } = CommandTag.ResponseOf;

    internal required PostgresErrors Errors { get; init; }
}
