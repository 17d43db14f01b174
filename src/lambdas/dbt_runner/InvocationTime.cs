namespace DbtRunner;

/// <summary>How an invocation divides its time. A tenth of it, within bounds, is kept back to roll back, save and answer.</summary>
/// <param name="Started">When the invocation began.</param>
/// <param name="Deadline">When Lambda ends it.</param>
readonly record struct InvocationTime(DateTimeOffset Started, DateTimeOffset Deadline)
{
    static readonly TimeSpan s_leastReserve = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan s_mostReserve = TimeSpan.FromSeconds(20);

    TimeSpan Reserve
    {
        get
        {
            TimeSpan tenth = (Deadline - Started) * 0.1;
            return tenth < s_leastReserve ? s_leastReserve : tenth > s_mostReserve ? s_mostReserve : tenth;
        }
    }

    /// <summary>When running nodes are cancelled.</summary>
    public DateTimeOffset EndOfWork => Deadline - Reserve;

    /// <summary>When the engine is waited for no longer.</summary>
    public DateTimeOffset EndOfPatience => Deadline - (Reserve * 0.4);

    /// <summary>When what is not saved stays unsaved, so that the answer still goes out.</summary>
    public DateTimeOffset EndOfSaving => Deadline - (Reserve * 0.15);
}
