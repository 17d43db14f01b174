using System.Text;
using System.Text.RegularExpressions;
using Gild.Engine.Context;
using Gild.Engine.Manifest;

namespace Gild.Engine.Parsing;

/// <summary>Which macros a macro's text calls by name, as far as the text alone tells (dbt: static parsing).</summary>
public sealed partial class MacroDependencies(MacroNamespace macros)
{
    /// <summary>Unique ids in order of first call.</summary>
    public IReadOnlyList<string> Of(MacroNode macro)
    {
        ReadOnlySpan<char> body = macro.Source.Text.AsSpan(macro.Span.Offset, macro.Span.Length);
        int headerEnd = body.IndexOf("%}");
        (string code, string blanked) = CodeOf(headerEnd < 0 ? body : body[(headerEnd + 2)..]);
        List<string> ids = [];
        foreach (Match call in CallPattern().Matches(blanked))
        {
            string name = call.Groups["name"].Value;
            string? owner = call.Groups["owner"].Success ? call.Groups["owner"].Value : null;
            if (owner == "adapter")
            {
                if (name == "dispatch" && DispatchPattern().Match(code, call.Index + call.Length) is { Success: true } dispatch)
                {
                    AddDispatch(macro, dispatch, ids);
                }
            }
            else if (owner is not null || (name != macro.Name && name is not ("source" or "ref" or "config")))
            {
                if (macros.TryFindAnywhere(owner ?? macro.PackageName, name, out MacroNode callee))
                {
                    Add(ids, callee.UniqueId);
                }
            }
        }

        return ids;
    }

    void AddDispatch(MacroNode macro, Match dispatch, List<string> ids)
    {
        string name = dispatch.Groups["name"].Value;
        string? space = dispatch.Groups["space"].Success ? dispatch.Groups["space"].Value : null;
        if (name != macro.Name && macros.TryFindAnywhere(macro.PackageName, name, out MacroNode plain))
        {
            Add(ids, plain.UniqueId);
        }

        try
        {
            Add(ids, macros.FindDispatch(name, space, macro.PackageName).UniqueId);
        }
        catch (Gild.Jinja.JinjaException)
        {
            // Nothing to dispatch to: the call will say so when it runs.
        }
    }

    static void Add(List<string> ids, string id)
    {
        if (!ids.Contains(id))
        {
            ids.Add(id);
        }
    }

    // The insides of {{ }} and {% %} only: what stands between is SQL. The second text has its strings blanked out.
    static (string Code, string Blanked) CodeOf(ReadOnlySpan<char> body)
    {
        StringBuilder code = new();
        while (body.IndexOf('{') is >= 0 and var at && at + 1 < body.Length)
        {
            (string close, bool isCode) = body[at + 1] switch
            {
                '{' => ("}}", true),
                '%' => ("%}", true),
                '#' => ("#}", false),
                _ => ("", false),
            };
            if (close.Length == 0)
            {
                body = body[(at + 1)..];
                continue;
            }

            int end = isCode ? EndOf(body[(at + 2)..], close) : body[(at + 2)..].IndexOf(close);
            if (end < 0)
            {
                break;
            }

            if (isCode)
            {
                code.Append(body.Slice(at + 2, end)).Append('\n');
            }

            body = body[(at + 2 + end + 2)..];
        }

        string text = code.ToString();
        return (text, StringPattern().Replace(text, m => m.Value[0] + new string(' ', m.Length - 2) + m.Value[0]));
    }

    // Where the closing pair stands, which strings may hold as well.
    static int EndOf(ReadOnlySpan<char> code, ReadOnlySpan<char> close)
    {
        for (int i = 0; i < code.Length; i++)
        {
            if (code[i] is '\'' or '"')
            {
                char quote = code[i++];
                while (i < code.Length && code[i] != quote)
                {
                    i += code[i] == '\\' ? 2 : 1;
                }
            }
            else if (code[i..].StartsWith(close))
            {
                return i;
            }
        }

        return -1;
    }

    [GeneratedRegex(@"'(?:[^'\\]|\\.)*'|""(?:[^""\\]|\\.)*""", RegexOptions.Singleline)]
    private static partial Regex StringPattern();

    [GeneratedRegex(@"(?<![\w.'""])(?<!\|\s*)(?<!\bis\s+(?:not\s+)?)(?:(?<owner>[A-Za-z_]\w*)\s*\.\s*)?(?<name>[A-Za-z_]\w*)\s*\(")]
    private static partial Regex CallPattern();

    [GeneratedRegex("""\G\s*(?:macro_name\s*=\s*)?['"](?<name>[^'"]+)['"]\s*(?:,\s*(?:macro_namespace\s*=\s*)?['"](?<space>[^'"]+)['"])?""")]
    private static partial Regex DispatchPattern();
}
