using Gild.Jinja.Diagnostics;

namespace Gild.Engine;

/// <summary>
/// Something that stops the command (exit code 2) or, inside a node, that node. Carries what to tell the user and
/// dbt's class for it.
/// </summary>
public sealed class GildException : Exception
{
    public GildException(string dbtKind, Diagnostic diagnostic, Exception? inner = null)
        : base(diagnostic.Message, inner)
    {
        DbtKind = dbtKind;
        Diagnostic = diagnostic;
    }

    public GildException(string dbtKind, string code, string message, params string[] help)
        : this(dbtKind, new Diagnostic(code, Severity.Error, message) { Help = help })
    {
    }

    /// <summary>dbt's class: <c>Compilation Error</c>, <c>Parsing Error</c>, <c>Runtime Error</c>, <c>Usage Error</c> ...</summary>
    public string DbtKind { get; }

    public Diagnostic Diagnostic { get; }
}

/// <summary>The classes of error that dbt prints.</summary>
public static class DbtKinds
{
    public const string Compilation = "Compilation Error";
    public const string Parsing = "Parsing Error";
    public const string Runtime = "Runtime Error";
    public const string Usage = "Usage Error";
    public const string Dependency = "Dependency Error";
    public const string Database = "Database Error";

    /// <summary>dbt's class of a config that cannot be merged.</summary>
    public const string Internal = "Internal Error";
}
