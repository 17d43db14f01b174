namespace Gild.Engine.Running;

/// <summary>
/// Decides which nodes may still start when the host ends the run at a fixed moment. A node whose last duration is known needs that and a
/// fifth more; one that never ran needs a fifth of the whole time, a minute at most.
/// </summary>
public sealed class TimeBudget
{
    const double Allowance = 1.2;
    const double ShareForUnknown = 0.2;
    static readonly TimeSpan s_mostForUnknown = TimeSpan.FromMinutes(1);

    readonly DateTimeOffset _end;
    readonly TimeSpan _forUnknown;
    readonly TimeProvider _clock;
    readonly IReadOnlyDictionary<string, TimeSpan> _lastDurations;

    /// <param name="end">When what still runs is cancelled.</param>
    /// <param name="clock">Tells now, from which the budget counts.</param>
    /// <param name="lastDurations">By unique id.</param>
    public TimeBudget(DateTimeOffset end, TimeProvider clock, IReadOnlyDictionary<string, TimeSpan> lastDurations)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _end = end;
        _clock = clock;
        _lastDurations = lastDurations;
        TimeSpan share = (end - clock.GetUtcNow()) * ShareForUnknown;
        _forUnknown = share < s_mostForUnknown ? share : s_mostForUnknown;
    }

    /// <summary>Whether the end has come.</summary>
    public bool IsOver => _clock.GetUtcNow() >= _end;

    /// <summary>Whether a node that starts now can be done in time.</summary>
    public bool Fits(string uniqueId) =>
        _end - _clock.GetUtcNow() >= (_lastDurations.TryGetValue(uniqueId, out TimeSpan last) ? last * Allowance : _forUnknown);
}
