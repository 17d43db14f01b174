using System.Text;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The <c>lipsum</c> function: paragraphs of filler text, different at each call.</summary>
static class LoremIpsum
{
    static readonly Signature Parameters = new("generate_lorem_ipsum", 0, "n", "html", "min", "max");

    static readonly string[] Words =
        ("lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna "
        + "aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis aute "
        + "irure in reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur excepteur sint occaecat cupidatat non "
        + "proident sunt culpa qui officia deserunt mollit anim id est laborum").Split(' ');

    /// <summary>Paragraphs of <c>min</c> to <c>max</c> words; as <c>&lt;p&gt;</c> elements by default.</summary>
    public static Value Generate(Arguments arguments)
    {
        Parameters.Check(arguments);
        long count = Binding.Size(arguments.Get(0, "n", Value.From(5L)));
        bool isHtml = arguments.Get(1, "html", Value.True).IsTrue;
        long fewest = Binding.Size(arguments.Get(2, "min", Value.From(20L)));
        long most = Binding.Size(arguments.Get(3, "max", Value.From(100L)));
        if (count > 0 && fewest >= most)
        {
            throw JinjaException.ValueError($"empty range for randrange() ({fewest}, {most}, {most - fewest})");
        }

        ValueOps.GuardSize(Math.Max(0, count) * Math.Clamp(most, 1, ValueOps.MaxElements) * 14);
        StringBuilder text = new();
        for (long i = 0; i < count; i++)
        {
            text.Append(i > 0 ? (isHtml ? "\n" : "\n\n") : "").Append(isHtml ? "<p>" : "");
            AppendParagraph(text, Random.Shared.NextInt64(fewest, most));
            text.Append(isHtml ? "</p>" : "");
        }

        return isHtml ? new MarkupValue(text.ToString()) : Value.From(text.ToString());
    }

    static void AppendParagraph(StringBuilder text, long words)
    {
        int start = text.Length;
        bool isSentenceStart = true;
        long lastComma = 0;
        long lastStop = 0;
        string previous = "";
        for (long i = 0; i < words; i++)
        {
            string word = Words[Random.Shared.Next(Words.Length)];
            while (word == previous)
            {
                word = Words[Random.Shared.Next(Words.Length)];
            }

            previous = word;
            text.Append(i > 0 ? " " : "").Append(isSentenceStart ? char.ToUpperInvariant(word[0]) + word[1..] : word);
            isSentenceStart = false;
            if (i - Random.Shared.Next(3, 8) > lastComma)
            {
                lastComma = i;
                lastStop += 2;
                text.Append(',');
            }

            if (i - Random.Shared.Next(10, 20) > lastStop)
            {
                lastComma = lastStop = i;
                text.Append('.');
                isSentenceStart = true;
            }
        }

        if (text.Length > start && text[^1] == ',')
        {
            text.Length--;
        }

        if (text.Length == start || text[^1] != '.')
        {
            text.Append('.');
        }
    }
}
