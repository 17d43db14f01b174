using System.CommandLine;
using System.CommandLine.Help;

namespace Gild.Cli;

/// <summary><c>--help</c> of the program and of each command.</summary>
static class HelpText
{
    static readonly string[] HelpWords = ["--help", "-h", "-?"];

    /// <summary>Writes the help that the words ask for; false when they ask for none.</summary>
    public static bool TryWrite(string[] args, TextWriter output)
    {
        if (args.Length > 0 && !args.Any(HelpWords.Contains))
        {
            return false;
        }

        string[] words = [.. args.Where(a => !a.StartsWith('-')).Take(2)];
        CommandSpec? spec = words switch
        {
            [] => null,
            [var first, var second] when CommandTable.IsGroup(first) => CommandTable.Find($"{first} {second}"),
            [var first, ..] => CommandTable.Find(first),
        };
        if (spec is not null)
        {
            WriteCommand(spec, output);
        }
        else
        {
            WriteProgram(output);
        }

        return true;
    }

    static void WriteProgram(TextWriter output)
    {
        output.WriteLine("gild: runs dbt projects.\n\nUsage: gild COMMAND [flags]\n\nCommands:");
        int width = CommandTable.All.Max(c => c.Name.Length) + 2;
        foreach (CommandSpec command in CommandTable.All)
        {
            string aliases = command.Aliases.Count == 0 ? "" : $" (also: {string.Join(", ", command.Aliases)})";
            output.WriteLine($"  {command.Name.PadRight(width)}{command.Help}{aliases}");
        }

        output.WriteLine("\n`gild COMMAND --help` lists the flags of a command; each has dbt's name and meaning.\n`gild --version` prints the version.");
    }

    static void WriteCommand(CommandSpec spec, TextWriter output)
    {
        Command command = CommandLine.ToCommand(spec, out _, out _);
        RootCommand root = new("gild");
        root.Add(command);
        command.Add(new HelpOption());
        _ = command.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = output });
    }
}
