using Gild.Jinja.Diagnostics;

namespace Gild.Engine.Running;

/// <summary>Puts ephemeral models in front of a query as common table expressions, to the letter as dbt does.</summary>
public static class CteInjection
{
    /// <param name="ctes">Texts <c> name as (\nsql\n)</c>, in the order of their use.</param>
    public static string Inject(string sql, IReadOnlyList<string> ctes) => Inject(sql, ctes, out _);

    /// <param name="ctes">Texts <c> name as (\nsql\n)</c>, in the order of their use.</param>
    /// <param name="inserted">Where what was put in stands in the result.</param>
    public static string Inject(string sql, IReadOnlyList<string> ctes, out Span inserted)
    {
        inserted = default;
        if (ctes.Count == 0)
        {
            return sql;
        }

        string joined = string.Join(", ", ctes);
        int with = EndOfWith(sql, out int first);
        (int at, string text) = with >= 0 ? (with, $"{joined}, ") : (first, $"with{joined} ");
        inserted = new Span(at, text.Length);
        return sql.Insert(at, text);
    }

    /// <summary>The offset behind the query's own <c>with</c> (or <c>with recursive</c>) outside parentheses; -1 when it has none.</summary>
    static int EndOfWith(string sql, out int first)
    {
        first = 0;
        while (first < sql.Length && char.IsWhiteSpace(sql[first]))
        {
            first++;
        }

        int depth = 0;
        for (int i = first; i < sql.Length; i++)
        {
            char c = sql[i];
            if (c is '\'' or '"' or '`')
            {
                i = SkipQuoted(sql, i);
            }
            else if (StartsComment(sql, i, out int end))
            {
                i = end - 1;
            }
            else if (c is '(' or '[')
            {
                depth++;
            }
            else if (c is ')' or ']')
            {
                depth--;
            }
            else if (c == ';' && depth == 0)
            {
                return -1;
            }
            else if (char.IsLetter(c) || c == '_')
            {
                int stop = WordEnd(sql, i);
                if (depth == 0 && IsWord(sql, i, stop, "with"))
                {
                    return AfterRecursive(sql, stop);
                }

                i = stop - 1;
            }
        }

        return -1;
    }

    static int AfterRecursive(string sql, int at)
    {
        int next = AfterSpace(sql, at);
        int stop = WordEnd(sql, next);
        return IsWord(sql, next, stop, "recursive") ? AfterSpace(sql, stop) : next;
    }

    static int AfterSpace(string sql, int at)
    {
        while (at < sql.Length && char.IsWhiteSpace(sql[at]))
        {
            at++;
        }

        return at;
    }

    static bool IsWord(string sql, int start, int stop, string word) =>
        stop - start == word.Length && string.Compare(sql, start, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0;

    static int WordEnd(string sql, int start)
    {
        int end = start;
        while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] is '_' or '$'))
        {
            end++;
        }

        return end;
    }

    static int SkipQuoted(string sql, int start)
    {
        int end = sql.IndexOf(sql[start], start + 1);
        return end < 0 ? sql.Length : end;
    }

    static bool StartsComment(string sql, int at, out int end)
    {
        end = at;
        if (at + 1 >= sql.Length)
        {
            return false;
        }

        if (sql[at] == '-' && sql[at + 1] == '-')
        {
            int line = sql.IndexOf('\n', at);
            end = line < 0 ? sql.Length : line;
            return true;
        }

        if (sql[at] == '/' && sql[at + 1] == '*')
        {
            int close = sql.IndexOf("*/", at + 2, StringComparison.Ordinal);
            end = close < 0 ? sql.Length : close + 2;
            return true;
        }

        return false;
    }
}
