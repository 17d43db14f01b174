namespace Gild.Jinja.Diagnostics;

/// <summary>How bad it is.</summary>
public enum Severity
{
    Error,
    Warning,
}

/// <summary>A place that a diagnostic points at, with what is there. The first label is the primary one.</summary>
public sealed record Label(SourceText Source, Span Span, string? Text = null);

/// <summary>One macro call that led to the failing place.</summary>
public sealed record TraceFrame(string Macro, SourceText Source, Span CallSite);

/// <summary>
/// One thing to tell the user, as data: what was found, where, and what to do. Rendering is
/// <see cref="DiagnosticText"/>'s business.
/// </summary>
/// <param name="Code">Stable code such as <c>J0203</c>; the range tells the layer (see docs/errors.md).</param>
/// <param name="Message">What was found, one terse sentence without the place.</param>
public sealed record Diagnostic(string Code, Severity Severity, string Message)
{
    public IReadOnlyList<Label> Labels { get; init; } = [];

    /// <summary>What to do next, one line each.</summary>
    public IReadOnlyList<string> Help { get; init; } = [];

    /// <summary>The chain of macro calls, innermost first.</summary>
    public IReadOnlyList<TraceFrame> Trace { get; init; } = [];
}
