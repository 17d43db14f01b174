using Gild.Engine;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Cli;

/// <summary>From the command line to what the engine is told.</summary>
static class OptionsReader
{
    static readonly System.Buffers.SearchValues<char> ShellMarks = System.Buffers.SearchValues.Create(" '\"{}\\$\n");

    public static InvocationOptions ToOptions(
        CommandLine line, IReadOnlyList<string> args, Func<string, string?> environment, string workingDirectory) => new()
        {
            Command = line.Command.Name,
            ProjectDirectory = line.Text(Flags.ProjectDir),
            ProfilesDirectory = line.Text(Flags.ProfilesDir),
            Profile = line.Text(Flags.Profile),
            Target = line.Text(Flags.Target),
            VarsText = line.Text(Flags.Vars),
            Threads = line.Switch(Flags.SingleThreaded) == true ? 1 : line.Integer(Flags.Threads),
            Select = [.. line.Words(Flags.Select), .. line.Words(Flags.SelectOnly)],
            Models = line.Words(Flags.Models),
            Exclude = line.Words(Flags.Exclude),
            Selector = line.Text(Flags.Selector),
            ResourceTypes = line.Words(Flags.ResourceType),
            ExcludeResourceTypes = line.Words(Flags.ExcludeResourceType),
            IndirectSelection = line.Text(Flags.IndirectSelection),
            FullRefresh = line.Switch(Flags.FullRefresh),
            FailFast = line.Switch(Flags.FailFast),
            StoreFailures = line.Switch(Flags.StoreFailures),
            Empty = line.Switch(Flags.Empty),
            Sample = line.Text(Flags.Sample),
            EventTimeStart = line.Text(Flags.EventTimeStart),
            EventTimeEnd = line.Text(Flags.EventTimeEnd),
            Inline = line.Text(Flags.Inline),
            InlineDirect = line.Text(Flags.InlineDirect),
            Limit = line.Integer(Flags.Limit),
            Output = line.Text(Flags.Output) ?? line.Text(Flags.OutputPath),
            OutputKeys = [.. line.Words(Flags.OutputKeys).SelectMany(w => w.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))],
            Macro = line.Command.Name == "run-operation" ? line.Argument : null,
            ArgsText = line.Text(Flags.Args),
            Show = line.Switch(Flags.Show),
            TargetPath = line.Text(Flags.TargetPath),
            LogPath = line.Text(Flags.LogPath),
            State = line.Text(Flags.State),
            Defer = line.Switch(Flags.Defer),
            DeferState = line.Text(Flags.DeferState),
            FavorState = line.Switch(Flags.FavorState),
            WarnError = line.Switch(Flags.WarnError),
            WarnErrorOptions = line.Text(Flags.WarnErrorOptions),
            Quiet = line.Switch(Flags.Quiet),
            Print = line.Switch(Flags.Print),
            Debug = line.Switch(Flags.Debug),
            WriteJson = line.Switch(Flags.WriteJson),
            Introspect = line.Switch(Flags.Introspect),
            Compile = line.Switch(Flags.Compile),
            EmptyCatalog = line.Switch(Flags.EmptyCatalog),
            PopulateCache = line.Switch(Flags.PopulateCache),
            CacheSelectedOnly = line.Switch(Flags.CacheSelectedOnly),
            VersionCheck = line.Switch(Flags.VersionCheck),
            UseColors = line.Switch(Flags.UseColors),
            PrinterWidth = line.Integer(Flags.PrinterWidth),
            LogFormat = line.Text(Flags.LogFormat),
            LogLevel = line.Text(Flags.LogLevel),
            MacroDebugging = line.Switch(Flags.MacroDebugging),
            OtherFlags = Others(line),
            Warnings = [.. Warnings(line, args)],
            CommandLine = "dbt " + string.Join(' ', args.Select(Quoted)),
            Environment = EngineVariables.Of(environment),
            EnvironmentAll = AllVariables,
            Secrets = SecretMask.Of(AllVariables()),
            WorkingDirectory = workingDirectory,
        };

    static IEnumerable<Warning> Warnings(CommandLine line, IReadOnlyList<string> args)
    {
        foreach ((string former, string newer) in line.RenamedVariables)
        {
            yield return new Warning("EnvironmentVariableRenamed", new Diagnostic(
                "C0746", Severity.Warning, $"The environment variable `{former}` has been renamed as `{newer}`: while it is set, `{newer}` is not looked at")
            {
                Help = [$"set `{newer}` in its place"],
            })
            {
                Data = [new("old_name", former), new("new_name", newer)],
            };
        }

        if (args.Any(a => a is "-m" or "--model" or "--models"))
        {
            yield return new Warning("ModelParamUsageDeprecation", new Diagnostic(
                "C0738", Severity.Warning, "Usage of `--models`, `--model`, and `-m` is deprecated in favor of `--select` or `-s`."));
        }

        foreach ((string name, _) in AllVariables().Where(v => v.Key.StartsWith(Flag.EnginePrefix, StringComparison.Ordinal)).OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (!EngineVariables.IsKnown($"DBT_{name[Flag.EnginePrefix.Length..]}"))
            {
                yield return new Warning("EnvironmentVariableNamespaceDeprecation", new Diagnostic(
                    "C0739", Severity.Warning, $"Found custom environment variable `{name}`: the prefix `{Flag.EnginePrefix}` is reserved for dbt's own")
                {
                    Help = ["rename the variable"],
                })
                {
                    Data = [new("env_var", name), new("reserved_prefix", Flag.EnginePrefix)],
                };
            }
        }
    }

    /// <summary>Flags that have no property of their own; the engine shows them in <c>flags</c> and in the artifacts.</summary>
    static Dictionary<string, Value> Others(CommandLine line)
    {
        Flag[] others =
        [
            Flags.PartialParse, Flags.PartialParseFileDiff, Flags.PartialParseFilePath, Flags.StaticParser, Flags.ExperimentalParser,
            Flags.FastTestEdges, Flags.AnonymousStats, Flags.LogFormatFile, Flags.LogLevelFile, Flags.LogFileMaxBytes, Flags.UseColorsFile,
            Flags.LogCacheEvents, Flags.ShowAllDeprecations, Flags.InjectEphemeralCtes, Flags.Connection, Flags.ConfigDir, Flags.AddPackage,
            Flags.PackageSource, Flags.Lock, Flags.Upgrade, Flags.CleanProjectFilesOnly, Flags.Static,
        ];
        Dictionary<string, Value> values = new(StringComparer.Ordinal);
        foreach ((Flag flag, object given) in line.Given)
        {
            if (others.Contains(flag))
            {
                values[flag.Key] = given switch
                {
                    bool b => b,
                    int n => n,
                    string s => s,
                    IReadOnlyList<string> words => new ListValue(words.Select(w => (Value)w)),
                    _ => Value.None,
                };
            }
        }

        return values;
    }

    internal static IEnumerable<KeyValuePair<string, string>> AllVariables() =>
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Select(e => KeyValuePair.Create((string)e.Key, (string?)e.Value ?? ""));

    static string Quoted(string word) =>
        word.Length > 0 && !word.AsSpan().ContainsAny(ShellMarks) ? word : $"'{word.Replace("'", "'\"'\"'", StringComparison.Ordinal)}'";
}
