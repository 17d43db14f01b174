using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gild.Jinja.Diagnostics;

namespace Gild.Engine.Parsing;

/// <summary>
/// What a Python model asks of dbt, read without running it: its calls of <c>dbt.ref</c>, <c>dbt.source</c>, <c>dbt.config</c> and
/// <c>dbt.config.get</c>, whose arguments must be literals, and whether it defines <c>model(dbt, session)</c> as dbt wants it.
/// </summary>
static partial class PythonCode
{
    /// <summary>
    /// The same calls as a template, each on its own line of the file, so that they are recorded and refused as those of a SQL model.
    /// </summary>
    /// <exception cref="GildException">The code has no model function, a wrong one, or a call whose arguments are no literals.</exception>
    public static SourceText ToTemplate(SourceText source)
    {
        List<PythonToken> tokens = PythonTokens.Read(source);
        if (tokens.Count == 0)
        {
            return new SourceText(source.Path, "");
        }

        CheckModelFunction(source, tokens);
        StringBuilder template = new();
        List<(string Key, string Default)> configs = [];
        List<(string Key, string Default)> metas = [];
        int line = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            if (CallAt(tokens, i) is not { } function)
            {
                continue;
            }

            int open = i + function.Length;
            int close = ClosingOf(source, tokens, open);
            List<string> arguments = Arguments(source, tokens, open, close, function.Name);
            if (function.Name is "config.get" or "config.meta_get")
            {
                AddKey(source, tokens[i], arguments, function.Name, function.Name == "config.get" ? configs : metas);
                continue;
            }

            int wanted = source.PositionOf(tokens[i].Span.Offset).Line - source.PositionOf(0).Line;
            template.Append('\n', Math.Max(0, wanted - line)).Append("{{ ").Append(function.Name).Append('(').AppendJoin(", ", arguments).Append(") }}");
            line = Math.Max(line, wanted);
        }

        AppendKeys(template, configs, metas);
        return new SourceText(source.Path, template.ToString());
    }

    static void AppendKeys(StringBuilder template, List<(string Key, string Default)> configs, List<(string Key, string Default)> metas)
    {
        if (configs.Count + metas.Count == 0)
        {
            return;
        }

        template.Append(CultureInfo.InvariantCulture, $"{{{{ config(config_keys_used=[{Join(configs.Select(c => c.Key))}], config_keys_defaults=[{Join(configs.Select(c => c.Default))}], ")
            .Append(CultureInfo.InvariantCulture, $"meta_keys_used=[{Join(metas.Select(c => c.Key))}], meta_keys_defaults=[{Join(metas.Select(c => c.Default))}]) }}}}");
    }

    static string Join(IEnumerable<string> parts) => string.Join(", ", parts);

    static void AddKey(SourceText source, PythonToken place, List<string> arguments, string name, List<(string, string)> keys)
    {
        if (arguments.Count is 0 or > 2)
        {
            throw Error(source, place, $"dbt.{name}() takes a key and at most one default: {arguments.Count} arguments are given");
        }

        keys.Add((arguments[0], arguments.Count == 2 ? arguments[1] : "none"));
    }

    /// <summary>The dbt function that is called at a token, with the number of tokens before its parenthesis.</summary>
    static (string Name, int Length)? CallAt(List<PythonToken> tokens, int at)
    {
        if (tokens[at].Text != "dbt" || (at > 0 && tokens[at - 1].Text is "." or "def"))
        {
            return null;
        }

        string? Word(int offset) => at + offset + 1 < tokens.Count && tokens[at + offset].Text == "." ? tokens[at + offset + 1].Text : null;
        bool Opens(int offset) => at + offset < tokens.Count && tokens[at + offset].Text == "(";
        return Word(1) switch
        {
            "ref" or "source" or "config" when Opens(3) => (Word(1)!, 3),
            "config" when Word(3) is "get" or "meta_get" && Opens(5) => ("config." + Word(3), 5),
            _ => null,
        };
    }

    static int ClosingOf(SourceText source, List<PythonToken> tokens, int open)
    {
        int depth = 0;
        for (int i = open; i < tokens.Count; i++)
        {
            depth += tokens[i].Text is "(" or "[" or "{" ? 1 : tokens[i].Text is ")" or "]" or "}" ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        throw Error(source, tokens[open], "this parenthesis is never closed");
    }

    /// <summary>The arguments as texts of the template language, which writes literals as Python does.</summary>
    static List<string> Arguments(SourceText source, List<PythonToken> tokens, int open, int close, string function)
    {
        List<string> arguments = [];
        StringBuilder current = new();
        int depth = 0;
        for (int i = open + 1; i < close; i++)
        {
            PythonToken token = tokens[i];
            depth += token.Text is "(" or "[" or "{" ? 1 : token.Text is ")" or "]" or "}" ? -1 : 0;
            bool named = depth == 0 && i + 1 < close && tokens[i + 1].Text == "=";
            if (token.Text == "," && depth == 0)
            {
                arguments.Add(current.ToString());
                current.Clear();
            }
            else if (token.Literal is { } literal)
            {
                current.Append(literal).Append(' ');
            }
            else if (token.Text is "True" or "False" or "None" || named || IsLiteralSign(token.Text))
            {
                current.Append(token.Text);
            }
            else
            {
                throw Error(source, token, $"the arguments of dbt.{function}() must be literals: dbt reads them without running the code");
            }
        }

        if (current.Length > 0)
        {
            arguments.Add(current.ToString());
        }

        return arguments;
    }

    static bool IsLiteralSign(string text) => text is "(" or ")" or "[" or "]" or "{" or "}" or "," or ":" or "=" or "-" or "+" || char.IsAsciiDigit(text[0]);

    static void CheckModelFunction(SourceText source, List<PythonToken> tokens)
    {
        int[] found = [.. Enumerable.Range(0, tokens.Count - 1).Where(i => tokens[i].Text == "def" && tokens[i + 1].Text == "model")];
        if (found.Length != 1)
        {
            throw Error(source, tokens[found.Length == 0 ? 0 : found[1]], $"dbt allows exactly one model defined per python file, found {found.Length}");
        }

        int open = found[0] + 2;
        int close = ClosingOf(source, tokens, open);
        int depth = 0;
        List<string> names = [];
        for (int i = open + 1; i < close; i++)
        {
            depth += tokens[i].Text is "(" or "[" or "{" ? 1 : tokens[i].Text is ")" or "]" or "}" ? -1 : 0;
            if (depth == 0 && tokens[i - 1].Text is "(" or "," && tokens[i].Text is not ("*" or "**"))
            {
                names.Add(tokens[i].Text);
            }
        }

        if (names.Count != 2 || names[0] != "dbt")
        {
            throw Error(source, tokens[found[0]], "the model function must have two parameters: `dbt` first, and a session of the warehouse");
        }

        if (!ReturnPattern().IsMatch(source.Text))
        {
            throw Error(source, tokens[found[0]], "the model function must return one dataframe");
        }
    }

    internal static GildException Error(SourceText source, PythonToken token, string message) =>
        new(DbtKinds.Parsing, new Diagnostic("P0420", Severity.Error, message) { Labels = [new Label(source, token.Span)] });

    [GeneratedRegex(@"^[ \t]+return\b", RegexOptions.Multiline)]
    private static partial Regex ReturnPattern();
}
