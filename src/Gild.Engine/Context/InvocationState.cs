using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>What one command shares between its phases and threads.</summary>
public sealed class InvocationState
{
    readonly Lock _lock = new();
    readonly IReporter _reporter;

    public InvocationState(InvocationOptions options, IReporter reporter)
    {
        Options = options;
        _reporter = reporter;
        InvocationId = options.InvocationId ?? Guid.NewGuid().ToString();
        StartedAt = options.Clock.GetUtcNow();
    }

    public InvocationOptions Options { get; }

    /// <summary>A UUID v4 in text form.</summary>
    public string InvocationId { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>dbt's <c>flags</c>, by name in upper case, resolved from command line, environment and project.</summary>
    public Dictionary<string, Value> Flags { get; } = new(StringComparer.Ordinal);

    public bool Flag(string name) => Flags.TryGetValue(name, out Value value) && value.IsTrue;

    /// <summary>Reports to the reporter, one call at a time.</summary>
    public void Report(RunEvent runEvent)
    {
        lock (_lock)
        {
            _reporter.Report(runEvent);
        }
    }
}
