namespace Gild.Jinja.Diagnostics;

/// <summary>Renders a diagnostic for people: in full with the source line and a caret, or in one line.</summary>
public static class DiagnosticText
{
    public static string Full(Diagnostic diagnostic) => throw new NotImplementedException();

    public static string OneLine(Diagnostic diagnostic) => throw new NotImplementedException();
}
