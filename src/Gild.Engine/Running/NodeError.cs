using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;

namespace Gild.Engine.Running;

/// <summary>Turns what a node threw into what the user is told, with dbt's class of error.</summary>
public static class NodeError
{
    /// <summary>Whether this is a failure of the node, and not a bug of ours.</summary>
    public static bool IsExpected(Exception e) => e is JinjaException or GildException or AdapterException or IOException or UnauthorizedAccessException;

    public static (string Kind, Diagnostic Diagnostic) Of(Exception e, CompilableNode? node)
    {
        switch (e)
        {
            case JinjaException { InnerException: AdapterException inner } wrapped:
                return (inner.Kind, WithTrace(Warehouse(inner, node), wrapped));
            case JinjaException { InnerException: GildException inner }:
                return (inner.DbtKind, inner.Diagnostic);
            case JinjaException template:
                return (KindOf(template.Kind), template.ToDiagnostic());
            case GildException ours:
                return (ours.DbtKind, ours.Diagnostic);
            case AdapterException warehouse:
                return (warehouse.Kind, Warehouse(warehouse, node));
            case IOException or UnauthorizedAccessException:
                return (DbtKinds.Runtime, new Diagnostic("R0610", Severity.Error, e.Message));
            default:
                return ("Unhandled Error", new Diagnostic("X0000", Severity.Error, $"internal error: {e.GetType().Name}: {e.Message}")
                {
                    Help = ["this is a bug of gild; please report it with the command that was run"],
                });
        }
    }

    static Diagnostic WithTrace(Diagnostic diagnostic, JinjaException wrapped) => diagnostic with { Trace = wrapped.Frames };

    static Diagnostic Warehouse(AdapterException e, CompilableNode? node)
    {
        List<string> help = [];
        if (e.Detail is { Length: > 0 } detail)
        {
            help.Add(detail);
        }

        if (e.Hint is { Length: > 0 } hint)
        {
            help.Add(hint);
        }

        return new Diagnostic("A0507", Severity.Error, e.Message)
        {
            Labels = e.Place is { } place ? [place] : node is null || node.RawCode.Length == 0 ? [] : [new Label(node.Source, FirstWord(node), "in this file")],
            Help = help,
        };
    }

    static Span FirstWord(CompilableNode node)
    {
        string text = node.Source.Text;
        int start = 0;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        return new Span(Math.Min(start, text.Length), 0);
    }

    static string KindOf(string jinjaKind) => jinjaKind switch
    {
        "DbtRuntimeError" or "NotImplementedError" => DbtKinds.Runtime,
        "DatabaseError" => DbtKinds.Database,
        "DependencyError" => DbtKinds.Dependency,
        "ParsingError" => DbtKinds.Parsing,
        "FailFastError" => "FailFast Error",
        _ => DbtKinds.Compilation,
    };

    /// <summary>The message as artifacts and the closing summary hold it: class, node, file, text.</summary>
    public static string Text(string kind, Diagnostic diagnostic, Node node)
    {
        string text = diagnostic.Message.Replace("\n", "\n  ", StringComparison.Ordinal);
        string help = diagnostic.Help.Count == 0 ? "" : "\n  " + string.Join("\n  ", diagnostic.Help);
        string trace = diagnostic.Trace.Count == 0 ? ""
            : "\n\n" + string.Join('\n', diagnostic.Trace.Select(f => $"  > in macro {f.Macro} ({f.Source.Path})"));
        return $"{kind} in {node.ResourceType.Word()} {node.Name} ({node.OriginalFilePath})\n  {text}{help}{trace}";
    }
}
