using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gild.Jinja.Diagnostics;

namespace Gild.Cli;

/// <summary>A command line that cannot be followed; exit code 2.</summary>
sealed class UsageException(string message, string? help = null) : Exception(message)
{
    /// <summary>What to do instead.</summary>
    public string? Help { get; } = help;
}

/// <summary>A command with the values of its flags: from the command line, else from the environment.</summary>
sealed class CommandLine
{
    readonly Dictionary<Flag, object> _values = [];
    readonly List<KeyValuePair<string, string>> _renamed = [];

    CommandLine(CommandSpec command, string? argument)
    {
        Command = command;
        Argument = argument;
    }

    public CommandSpec Command { get; }

    public string? Argument { get; }

    public string? Text(Flag flag) => _values.GetValueOrDefault(flag) as string;

    public int? Integer(Flag flag) => _values.GetValueOrDefault(flag) is int number ? number : null;

    public bool? Switch(Flag flag) => _values.GetValueOrDefault(flag) is bool value ? value : null;

    public IReadOnlyList<string> Words(Flag flag) => _values.GetValueOrDefault(flag) as IReadOnlyList<string> ?? [];

    /// <summary>Flags that were given, in no particular order.</summary>
    public IEnumerable<KeyValuePair<Flag, object>> Given => _values;

    /// <summary>Variables that gave a flag under a name of long ago, with their names of today.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RenamedVariables => _renamed;

    /// <exception cref="UsageException">For an unknown command or flag, a missing or wrong value.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        (CommandSpec spec, List<string> rest) = FindCommand(args);
        Command command = ToCommand(spec, out Dictionary<Symbol, (Flag Flag, bool Value)> symbols, out Argument<string[]> argument);
        ParseResult result = command.Parse(rest, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        RefuseUnknown(spec, result);
        string[] arguments = result.GetValue(argument) ?? [];
        RefuseArguments(spec, arguments);
        if (result.Errors.Count > 0)
        {
            throw new UsageException(result.Errors[0].Message, $"`gild {spec.Name} --help` lists the flags");
        }

        CommandLine line = new(spec, arguments.FirstOrDefault());
        line.ReadFlags(result, symbols);
        line.ReadEnvironment(environment);
        return line;
    }

    /// <summary>The library's symbols for one command; those of the others are not made.</summary>
    internal static Command ToCommand(
        CommandSpec spec, out Dictionary<Symbol, (Flag Flag, bool Value)> symbols, out Argument<string[]> argument)
    {
        Command command = new(spec.Name.Split(' ')[^1], spec.Help);
        symbols = [];
        argument = new Argument<string[]>(spec.Argument ?? "ARGUMENTS")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Hidden = spec.Argument is null,
        };
        command.Add(argument);
        foreach (Flag flag in spec.Flags.Concat(Flags.Common).Distinct())
        {
            foreach ((Option option, bool value) in ToOptions(flag))
            {
                command.Add(option);
                symbols.Add(option, (flag, value));
            }
        }

        return command;
    }

    static IEnumerable<(Option Option, bool Value)> ToOptions(Flag flag)
    {
        string[] aliases = [.. flag.Aliases];
        switch (flag.Kind)
        {
            case FlagKind.Switch or FlagKind.Mark:
                yield return (new Option<bool>(flag.Name, aliases)
                {
                    Description = flag.Help,
                    Hidden = flag.WithoutEffect,
                    Arity = ArgumentArity.Zero,
                }, true);
                if (flag.Opposite is { } opposite)
                {
                    yield return (new Option<bool>(opposite) { Hidden = true, Arity = ArgumentArity.Zero }, false);
                }

                break;
            case FlagKind.Words:
                yield return (new Option<string[]>(flag.Name, aliases)
                {
                    Description = flag.Help,
                    HelpName = flag.ValueName,
                    Arity = ArgumentArity.OneOrMore,
                    AllowMultipleArgumentsPerToken = true,
                }, true);
                break;
            default:
                yield return (new Option<string>(flag.Name, aliases)
                {
                    Description = flag.Values.Count > 0 ? $"{flag.Help} ({string.Join(", ", flag.Values)})" : flag.Help,
                    Hidden = flag.WithoutEffect,
                    HelpName = flag.ValueName,
                    Arity = ArgumentArity.ExactlyOne,
                }, true);
                break;
        }
    }

    /// <summary>The command and the words without it; flags may stand before it, as in dbt.</summary>
    static (CommandSpec Spec, List<string> Others) FindCommand(IReadOnlyList<string> args)
    {
        List<string> rest = [.. args];
        for (int i = 0; i < rest.Count; i++)
        {
            if (rest[i].StartsWith('-'))
            {
                i += SkipValue(rest[i]);
                continue;
            }

            string word = rest[i];
            rest.RemoveAt(i);
            if (CommandTable.IsGroup(word))
            {
                string? second = i < rest.Count && !rest[i].StartsWith('-') ? rest[i] : null;
                word = second is null ? word : $"{word} {second}";
                if (second is not null)
                {
                    rest.RemoveAt(i);
                }
            }

            return (CommandTable.Find(word) ?? throw UnknownCommand(word), rest);
        }

        throw new UsageException("no command given", "`gild --help` lists the commands");
    }

    /// <summary>1 when the next word is this flag's value.</summary>
    static int SkipValue(string word)
    {
        Flag? flag = Array.Find(Flags.Common, f => f.Name == word || f.Aliases.Contains(word));
        return flag is { TakesValue: true } ? 1 : 0;
    }

    static UsageException UnknownCommand(string word)
    {
        string[] words = word.Split(' ');
        if (CommandTable.IsGroup(words[0]))
        {
            IEnumerable<string> seconds = CommandTable.All.Where(c => c.Name.StartsWith(words[0] + " ", StringComparison.Ordinal))
                .Select(c => $"`gild {c.Name}`");
            return new UsageException(
                words.Length == 1 ? $"`{word}` needs a second word" : $"no such command: `{word}`", $"known are {string.Join(" and ", seconds)}");
        }

        string? nearest = NearestName.Find(word, CommandTable.FirstWords);
        return new UsageException(
            $"no such command: `{word}`", nearest is null ? "`gild --help` lists the commands" : $"a command with a similar name exists: `{nearest}`");
    }

    static void RefuseUnknown(CommandSpec spec, ParseResult result)
    {
        // The library hands unknown flags over as arguments.
        string? unknown = result.Tokens.FirstOrDefault(t => t.Type == TokenType.Argument && LooksLikeFlag(t.Value))?.Value
            ?? result.UnmatchedTokens.FirstOrDefault(LooksLikeFlag);
        if (unknown is null)
        {
            return;
        }

        string name = unknown.Split('=')[0];
        Flag[] own = [.. spec.Flags.Concat(Flags.Common)];
        CommandSpec? elsewhere = CommandTable.All.FirstOrDefault(c => c.Flags.Any(f => f.Name == name || f.Opposite == name));
        string? nearest = NearestName.Find(name, own.SelectMany(f => f.Aliases.Append(f.Name).Append(f.Opposite ?? f.Name)));
        string help = elsewhere is not null ? $"`{name}` is a flag of `gild {elsewhere.Name}`"
            : nearest is not null ? $"a flag with a similar name exists: `{nearest}`"
            : $"`gild {spec.Name} --help` lists the flags";
        throw new UsageException($"`gild {spec.Name}` has no flag `{name}`", help);
    }

    /// <summary>Not <c>-1</c> and not a text that merely begins with dashes.</summary>
    static bool LooksLikeFlag(string word) =>
        word.Length > 1 && word[0] == '-' && (word[1] == '-' ? word.Length > 2 && !word.Contains(' ') : word.Length == 2 && char.IsAsciiLetter(word[1]));

    static void RefuseArguments(CommandSpec spec, string[] arguments)
    {
        int allowed = spec.Argument is null ? 0 : 1;
        if (arguments.Length > allowed)
        {
            throw new UsageException(
                $"`gild {spec.Name}` does not take the argument `{arguments[allowed]}`",
                spec.Flags.Contains(Flags.Select) ? $"to choose nodes: `gild {spec.Name} --select {arguments[allowed]}`" : null);
        }

        if (spec.ArgumentRequired && arguments.Length == 0)
        {
            throw new UsageException($"`gild {spec.Name}` needs the argument {spec.Argument}");
        }
    }

    void ReadFlags(ParseResult result, Dictionary<Symbol, (Flag Flag, bool Value)> symbols)
    {
        // In the order of the words: of --debug and --no-debug the later one counts.
        Dictionary<string, (Flag Flag, bool Value)> switches = new(StringComparer.Ordinal);
        foreach ((Symbol symbol, (Flag Flag, bool Value) choice) in symbols)
        {
            if (symbol is Option<bool> option)
            {
                foreach (string name in option.Aliases.Append(option.Name))
                {
                    switches[name] = choice;
                }
            }
        }

        foreach (Token token in result.Tokens)
        {
            if (token.Type == TokenType.Option && switches.TryGetValue(token.Value, out (Flag Flag, bool Value) choice))
            {
                _values[choice.Flag] = choice.Value;
            }
        }

        foreach ((Symbol symbol, (Flag flag, _)) in symbols)
        {
            if (symbol is Option<string[]> many && result.GetResult(many) is { Implicit: false })
            {
                _values[flag] = Checked(flag, result.GetValue(many) ?? []);
            }
            else if (symbol is Option<string> one && result.GetResult(one) is { Implicit: false })
            {
                _values[flag] = Convert(flag, result.GetValue(one) ?? "", flag.Name);
            }
        }
    }

    void ReadEnvironment(Func<string, string?> environment)
    {
        foreach (Flag flag in Command.Flags.Concat(Flags.Common))
        {
            if (flag.Environment is null || _values.ContainsKey(flag))
            {
                continue;
            }

            string newer = EngineVariables.NewerName(flag.Environment);
            if (flag.FormerEnvironment is { } former && environment(former) is { Length: > 0 } old)
            {
                object value = Convert(flag, old, former);
                _values[flag] = former.Contains("_NO_", StringComparison.Ordinal) && value is bool on ? !on : value;
                _renamed.Add(new KeyValuePair<string, string>(former, newer));
            }
            else if ((environment(newer) ?? environment(flag.Environment)) is { Length: > 0 } text)
            {
                _values[flag] = Convert(flag, text, flag.Environment);
            }
        }
    }

    static object Convert(Flag flag, string text, string origin) => flag.Kind switch
    {
        FlagKind.Integer => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new UsageException($"{origin} must be an integer, not `{text}`"),
        FlagKind.Switch or FlagKind.Mark => text.ToLowerInvariant() switch
        {
            "1" or "true" or "t" or "yes" or "y" or "on" => true,
            "0" or "false" or "f" or "no" or "n" or "off" => false,
            _ => throw new UsageException($"{origin} must be true or false, not `{text}`"),
        },
        FlagKind.Words => Checked(flag, text.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        _ => Checked(flag, [text])[0],
    };

    static IReadOnlyList<string> Checked(Flag flag, IReadOnlyList<string> words)
    {
        if (flag is { Kind: FlagKind.Words, Values.Count: > 0 })
        {
            // As with dbt, several words may come as one argument: --resource-type "model test".
            words = [.. words.SelectMany(w => w.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        }

        string? wrong = flag.Values.Count == 0 ? null : words.FirstOrDefault(w => !flag.Values.Contains(w));
        if (wrong is null)
        {
            return words;
        }

        string? nearest = NearestName.Find(wrong, flag.Values);
        throw new UsageException(
            $"{flag.Name} cannot be `{wrong}`", nearest is null ? $"one of: {string.Join(", ", flag.Values)}" : $"a similar value exists: `{nearest}`");
    }
}
