using Gild.Jinja.Diagnostics;

namespace Gild.Engine;

/// <summary>A diagnostic with dbt's class and, for warnings, dbt's event name (what <c>--warn-error-options</c> names).</summary>
public sealed record CollectedDiagnostic(Diagnostic Diagnostic, string DbtKind, string? EventName)
{
    /// <summary>The fields of dbt's event.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Data { get; init; } = [];
}

/// <summary>What loading and parsing found; safe to fill from several threads.</summary>
public sealed class DiagnosticBag
{
    readonly Lock _lock = new();
    readonly List<CollectedDiagnostic> _all = [];

    public bool HasErrors { get; private set; }

    /// <summary>Everything so far, errors and warnings, in the order of files and places.</summary>
    public IReadOnlyList<CollectedDiagnostic> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _all.OrderBy(d => d.Diagnostic.Severity).ThenBy(PathOf, StringComparer.Ordinal).ThenBy(OffsetOf)];
            }
        }
    }

    public void Add(Diagnostic diagnostic, string dbtKind, string? eventName = null)
    {
        lock (_lock)
        {
            HasErrors |= diagnostic.Severity == Severity.Error;
            _all.Add(new CollectedDiagnostic(diagnostic, dbtKind, eventName));
        }
    }

    public void Add(GildException exception) => Add(exception.Diagnostic, exception.DbtKind);

    public void Error(string dbtKind, string code, string message, Label? place = null, params string[] help) =>
        Add(new Diagnostic(code, Severity.Error, message) { Labels = place is null ? [] : [place], Help = help }, dbtKind);

    /// <param name="eventName">dbt's name of the warning, e.g. <c>UnusedResourceConfigPath</c>.</param>
    public void Warn(string eventName, string code, string message, Label? place = null, params string[] help) =>
        Add(new Diagnostic(code, Severity.Warning, message) { Labels = place is null ? [] : [place], Help = help }, "", eventName);

    /// <param name="eventName">dbt's name of the warning.</param>
    /// <param name="diagnostic">What to tell.</param>
    /// <param name="data">The fields of dbt's event, by its names.</param>
    public void Warn(string eventName, Diagnostic diagnostic, params (string Key, string Value)[] data)
    {
        lock (_lock)
        {
            _all.Add(new CollectedDiagnostic(diagnostic with { Severity = Severity.Warning }, "", eventName)
            {
                Data = [.. data.Select(d => KeyValuePair.Create(d.Key, d.Value))],
            });
        }
    }

    static string PathOf(CollectedDiagnostic collected) =>
        collected.Diagnostic.Labels is [Label first, ..] ? first.Source.Path : "";

    static int OffsetOf(CollectedDiagnostic collected) =>
        collected.Diagnostic.Labels is [Label first, ..] ? first.Span.Offset : 0;
}
