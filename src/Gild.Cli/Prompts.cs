using System.Globalization;
using System.Text;

namespace Gild.Cli;

/// <summary>Asks on the terminal, or reads the answers from a file or a pipe: one a line, an empty one for the default.</summary>
sealed class Prompts(TextReader input, TextWriter output, CancellationToken cancellation)
{
    /// <summary>Where a person types: what must not be seen is then not shown.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>The answer; asked again until there is one that <paramref name="accepts"/>.</summary>
    /// <param name="question">Shown before the answer.</param>
    /// <param name="otherwise">What an empty answer means; null where one is needed.</param>
    /// <param name="hidden">The answer is a secret.</param>
    /// <param name="accepts">What is wrong with an answer; null when nothing is.</param>
    /// <exception cref="UsageException">The input ended.</exception>
    public string Ask(string question, string? otherwise = null, bool hidden = false, Func<string, string?>? accepts = null) =>
        TryAsk(question, otherwise, hidden, accepts) ?? throw new UsageException(
            $"the input ended at the question `{question.Split('\n')[^1]}`", "answer on a terminal, one line a question, or give --skip-profile-setup and write profiles.yml by hand");

    /// <summary>As <see cref="Ask"/>; null where the input has ended.</summary>
    public string? TryAsk(string question, string? otherwise = null, bool hidden = false, Func<string, string?>? accepts = null)
    {
        while (true)
        {
            output.Write(otherwise is null ? $"{question}: " : $"{question} [{otherwise}]: ");
            output.Flush();
            string? answer = (hidden && IsTerminal ? ReadHidden() : ReadLine())?.Trim();
            if (answer is null)
            {
                output.WriteLine();
                return null;
            }

            answer = answer.Length == 0 ? otherwise ?? "" : answer;
            string? wrong = answer.Length == 0 ? "" : accepts?.Invoke(answer);
            if (wrong is null)
            {
                return answer;
            }

            if (wrong.Length > 0)
            {
                output.WriteLine($"Error: {wrong}");
            }
        }
    }

    /// <summary>One of several, by its number or its name; null where the input has ended.</summary>
    public string? TryChoose(string question, IReadOnlyList<string> choices)
    {
        string? answer = TryAsk(
            $"{string.Join('\n', choices.Select((c, i) => $"[{(i + 1).ToString(CultureInfo.InvariantCulture)}] {c}"))}\n{question}",
            accepts: given => Chosen(given, choices) is null ? $"{given} is not one of 1 to {choices.Count.ToString(CultureInfo.InvariantCulture)}" : null);
        return answer is null ? null : Chosen(answer, choices);
    }

    /// <summary>A question for yes or no; no is the default.</summary>
    public bool Confirm(string question) =>
        Ask($"{question} [y/N]", "n", accepts: a => a.ToLowerInvariant() is "y" or "yes" or "n" or "no" ? null : "answer y or n").StartsWith('y');

    static string? Chosen(string answer, IReadOnlyList<string> choices) =>
        int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number >= 1 && number <= choices.Count ? choices[number - 1] : null
            : choices.FirstOrDefault(c => string.Equals(c, answer, StringComparison.OrdinalIgnoreCase));

    // Reading blocks; waiting beside it lets Ctrl-C end the program at once.
    string? ReadLine()
    {
        Task<string?> line = Task.Run(input.ReadLine, CancellationToken.None);
        line.Wait(cancellation);
        return line.Result;
    }

    string? ReadHidden()
    {
        StringBuilder text = new();
        while (!cancellation.IsCancellationRequested)
        {
            if (!Console.KeyAvailable)
            {
                Thread.Sleep(20);
                continue;
            }

            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    output.WriteLine();
                    return text.ToString();
                case ConsoleKey.Backspace:
                    text.Length = Math.Max(0, text.Length - 1);
                    break;
                default:
                    text.Append(key.KeyChar);
                    break;
            }
        }

        throw new OperationCanceledException(cancellation);
    }
}
