using Gild.Engine.Adapters;
using Gild.Engine.Artifacts;
using Gild.Engine.Commands;
using Gild.Engine.Context;
using Gild.Engine.Graph;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Engine.Parsing;
using Gild.Engine.Running;
using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine;

/// <summary>
/// Start here. One command from options to exit code: load the configuration files, parse the project, choose nodes,
/// run them, write the artifacts.
/// </summary>
public sealed class Invocation
{
    const int Fine = 0;
    const int Failed = 1;
    const int CouldNotRun = 2;

    readonly InvocationState _state;
    readonly AdapterRegistry _adapters;
    readonly CancellationToken _cancellation;
    readonly DiagnosticBag _bag = new();
    readonly JinjaEnvironment _environment = TemplateEnvironment.Create();

    // In values of YAML nothing undefined may be called or looked into.
    readonly JinjaEnvironment _yamlEnvironment = TemplateEnvironment.Create(UndefinedBehavior.Lenient);
    int _reported;

    Invocation(InvocationState state, AdapterRegistry adapters, CancellationToken cancellation)
    {
        _state = state;
        _adapters = adapters;
        _cancellation = cancellation;
    }

    /// <summary>Runs one command. Errors go to the reporter, never out of here.</summary>
    /// <returns>0: all fine; 1: a node failed, or the run was cancelled; 2: the command could not run.</returns>
    public static int Run(InvocationOptions options, AdapterRegistry adapters, IReporter reporter, CancellationToken cancellation)
    {
        InvocationState state = new(options, reporter);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (options.Deadline is { } end)
        {
            TimeSpan left = end - options.Clock.GetUtcNow();
            deadline.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        Invocation invocation = new(state, adapters, deadline.Token);
        int code = invocation.RunReported();
        return state.SummarizeDeprecations(told: code == CouldNotRun) ? code : CouldNotRun;
    }

    int RunReported()
    {
        InvocationState state = _state;
        try
        {
            return Run();
        }
        catch (GildException e)
        {
            ReportCollected();
            state.Report(new ErrorReported(e.DbtKind, e.Diagnostic));
            return CouldNotRun;
        }
        catch (Exception e) when (e is JinjaException or AdapterException)
        {
            ReportCollected();
            (string kind, Diagnostic diagnostic) = NodeError.Of(e, null);
            state.Report(new ErrorReported(kind, diagnostic));
            return CouldNotRun;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            state.Report(new ErrorReported(DbtKinds.Runtime, new Diagnostic("R0610", Severity.Error, e.Message)
            {
                Help = ["check the rights and the free space of the project's target and log folders"],
            }));
            return CouldNotRun;
        }
        catch (OperationCanceledException)
        {
            return Failed;
        }
    }

    int Run()
    {
        InvocationOptions options = _state.Options;
        CheckExclusive(options);
        SetSample(options);
        CheckEventTimes(options);
        OperationCommand.Arguments(options.ArgsText);
        FlagSettings.Resolve(_state, new DictValue());
        if (options.Command == "debug")
        {
            return Debug(options);
        }

        LoadedProject project = ProjectLoader.Load(LoadOptionsOf(options), _yamlEnvironment, _bag);
        if (options.Command == "retry" && !_bag.HasErrors)
        {
            _retry = RetryPlan.Read(options, StateFolder(options, options.State) ?? project.TargetPath, options.State ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(project.TargetPath)));
            _state.Options = options = _retry.Options;
            SetSample(options);
            project = ProjectLoader.Load(LoadOptionsOf(options), _yamlEnvironment, _bag);
        }

        FlagSettings.Resolve(_state, project.Flags);
        _state.Flags["VARS"] = Masked(VarsOf(options));
        _state.Flags["LOG_PATH"] = project.LogPath;
        _state.Flags["PROFILES_DIR"] = project.Profile?.Directory;
        ReportOptions(options);
        ReportCollected();
        if (_bag.HasErrors)
        {
            return CouldNotRun;
        }

        if (options.Command == "deps")
        {
            PackageInstaller.Run(LoadOptionsOf(options), _yamlEnvironment, _bag,
                new PackageInstallOptions(OtherFlag("LOCK"), OtherFlag("UPGRADE"), OtherText("ADD_PACKAGE"), OtherText("SOURCE") ?? "hub"),
                text => _state.Report(new LogLine(LogLevel.Info, text)), _cancellation);
            ReportCollected();
            return _bag.HasErrors ? CouldNotRun : Fine;
        }

        using Adapter adapter = MakeAdapter(project.Profile!, project.Root.RootDirectory);
        if (options is { Command: "show", InlineDirect: { } direct })
        {
            using WarehouseSession session = new(adapter, _state, _cancellation) { Name = "show" };
            return ShowCommand.Direct(direct, session, _state);
        }

        return RunParsed(project, adapter);
    }

    int Debug(InvocationOptions options)
    {
        LoadOptions load = LoadOptionsOf(options);
        if (OtherFlag("CONFIG_DIR"))
        {
            _state.Report(new PrintLine(ProjectLoader.ProfilesDirectory(load)));
            return Fine;
        }

        DebugCommand debug = new(_state, _cancellation);
        LoadedProfile? profile = debug.CheckProfile(bag => ProjectLoader.LoadProfile(load, _yamlEnvironment, bag));
        LoadedProject? project = debug.CheckProject(
            bag => ProjectLoader.Load(load with { RequireProfile = profile is not null }, _yamlEnvironment, bag), _bag);
        debug.Describe(profile, load.ProjectDirectory);
        if (project is not null)
        {
            FlagSettings.Resolve(_state, project.Flags);
            _state.Flags["VARS"] = Masked(VarsOf(options));
            ReportOptions(options);
            ReportCollected();
        }

        if (OtherFlag("CONNECTION"))
        {
            debug.SkipOtherChecks();
        }
        else if (!options.CheckSources)
        {
            debug.CheckGit();
        }

        if (profile is null)
        {
            debug.SkipConnection();
        }
        else
        {
            debug.CheckConnection(() => MakeAdapter(profile, load.ProjectDirectory));
        }

        if (!debug.Conclude())
        {
            return Failed;
        }

        if (!options.CheckSources)
        {
            return Fine;
        }

        using Adapter adapter = MakeAdapter(profile!, load.ProjectDirectory);
        return RunParsed(project!, adapter);
    }

    void ReportOptions(InvocationOptions options)
    {
        foreach (Warning warning in options.Warnings)
        {
            _state.Warn(warning);
        }

        if (_state.Warnings.OlderKeys is { Count: > 0 } older)
        {
            _state.Warn("WEOIncludeExcludeDeprecation", new Diagnostic("C0736", Severity.Warning,
                $"Found {string.Join(" and ", older.Select(k => $"`{k}`"))} in `warn_error_options`")
            {
                Help = [.. older.Select(k => k == "include" ? "write `error` instead of `include`" : "write `warn` instead of `exclude`")],
            });
        }
    }

    string? OtherText(string name) => _state.Options.OtherFlags.TryGetValue(name, out Value value) && value.TryGetText(out string text) ? text : null;

    bool OtherFlag(string name) => _state.Options.OtherFlags.TryGetValue(name, out Value value) && value.IsTrue;

    static LoadOptions LoadOptionsOf(InvocationOptions options) => new()
    {
        ProjectDirectory = ProjectDirectory(options),
        ProfilesDirectory = options.ProfilesDirectory,
        Profile = options.Profile ?? NullIfEmpty(options.Environment("DBT_PROFILE")),
        Target = options.Target ?? NullIfEmpty(options.Environment("DBT_TARGET")),
        Vars = VarsOf(options),
        Threads = options.Threads,
        TargetPath = options.TargetPath ?? NullIfEmpty(options.Environment("DBT_TARGET_PATH")),
        LogPath = options.LogPath ?? NullIfEmpty(options.Environment("DBT_LOG_PATH")),
        RequirePackages = options.Command is not ("debug" or "deps" or "clean"),
        RequireProfile = options.Command is not ("deps" or "clean"),
        VersionCheck = options.VersionCheck ?? true,
        Environment = options.Environment,
        WorkingDirectory = options.WorkingDirectory,
    };

    void SetSample(InvocationOptions options) =>
        _state.Sample = options.Sample is null ? null : SampleWindow.Parse(options.Sample, _state.StartedAt);

    /// <exception cref="GildException">Usage Error: two flags of which only one can be meant.</exception>
    static void CheckExclusive(InvocationOptions options)
    {
        string? given = options is { WarnError: not null, WarnErrorOptions: not null } ? "warn_error: not allowed with argument warn_error_options"
            : options is { Inline: not null, Select.Count: > 0 } ? "select: not allowed with argument inline"
            : options is { Inline: not null, Selector: not null } ? "selector: not allowed with argument inline"
            : null;
        if (given is not null)
        {
            throw new GildException(DbtKinds.Usage, "C0743", given, "give one of the two");
        }
    }

    static void CheckEventTimes(InvocationOptions options)
    {
        if ((options.EventTimeStart is null) == (options.EventTimeEnd is null))
        {
            DateTimeOffset? start = Microbatch.TimeOf(options.EventTimeStart);
            if (start is not null && start >= Microbatch.TimeOf(options.EventTimeEnd))
            {
                throw new GildException(DbtKinds.Usage, "C0721", "Value for `--event-time-start` must be less than `--event-time-end`");
            }

            return;
        }

        (string given, string missing) = options.EventTimeStart is null ? ("--event-time-end", "--event-time-start") : ("--event-time-start", "--event-time-end");
        throw new GildException(
            DbtKinds.Usage, "C0722", $"The flag `{given}` was specified, but `{missing}` was not. When specifying `{given}`, `{missing}` must also be present.");
    }

    /// <summary>An artifacts folder as given, absolute.</summary>
    static string? StateFolder(InvocationOptions options, string? given) =>
        given is null ? null : System.IO.Path.GetFullPath(given, ProjectDirectory(options));

    RetryPlan? _retry;

    static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>The given folder, else the working directory or the nearest parent with a project file.</summary>
    static string ProjectDirectory(InvocationOptions options)
    {
        string start = System.IO.Path.GetFullPath(
            options.ProjectDirectory ?? NullIfEmpty(options.Environment("DBT_PROJECT_DIR")) ?? ".", options.WorkingDirectory);
        if (options.ProjectDirectory is not null)
        {
            return Directory.Exists(start) ? start : throw new GildException(
                DbtKinds.Usage, "C0741", $"Invalid value for '--project-dir': Path '{options.ProjectDirectory}' does not exist.", "name the folder that holds dbt_project.yml");
        }

        for (string? folder = start; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, "dbt_project.yml")))
            {
                return folder;
            }
        }

        return start;
    }

    /// <summary>YAML given as a word of the command line.</summary>
    /// <exception cref="GildException">Usage Error: it is no YAML.</exception>
    internal static Value ReadArgument(string flag, string text)
    {
        try
        {
            return YamlReader.Read(flag, text)?.ToValue() ?? Value.None;
        }
        catch (GildException e)
        {
            throw new GildException(DbtKinds.Usage, e.Diagnostic, e);
        }
    }

    /// <summary>The vars as artifacts may show them: those with the name of a secret are hidden.</summary>
    static DictValue Masked(DictValue vars)
    {
        DictValue masked = new();
        foreach ((Value key, Value value) in vars.Entries)
        {
            masked[key] = key.AsString?.StartsWith("DBT_ENV_SECRET", StringComparison.Ordinal) == true ? "*****" : value;
        }

        return masked;
    }

    static DictValue VarsOf(InvocationOptions options)
    {
        DictValue vars = new();
        if (!string.IsNullOrWhiteSpace(options.VarsText))
        {
            Value given = ReadArgument("--vars", options.VarsText);
            if (given.As<DictValue>() is not { } dict)
            {
                throw new GildException(
                    DbtKinds.Usage, "C0719", $"The --vars argument must be a YAML dictionary, but was of type {ValueText.TypeNameOf(given)}", "--vars '{name: value}'");
            }

            foreach ((Value key, Value value) in dict.Entries)
            {
                vars[key] = value;
            }
        }

        foreach ((Value key, Value value) in options.Vars?.Entries ?? [])
        {
            vars[key] = value;
        }

        return vars;
    }

    Adapter MakeAdapter(LoadedProfile profile, string projectDirectory)
    {
        AdapterFactory factory = _adapters.Find(profile.AdapterType) ?? throw new GildException(
            DbtKinds.Runtime, "P0340", $"Could not find adapter type {profile.AdapterType}!", $"this program has: {string.Join(", ", _adapters.Types)}");
        DictValue output = profile.Output;
        output["threads"] = Value.From((long)profile.Threads);
        try
        {
            Adapter adapter = factory.Create(output, new AdapterEnvironment(projectDirectory, profile.Name, profile.TargetName));
            adapter.Retrying = notice => _state.Report(new LogLine(LogLevel.Warn, notice.Text) { NodeId = notice.NodeId });
            return adapter;
        }
        catch (AdapterException e)
        {
            throw new GildException(DbtKinds.Runtime, new Diagnostic("P0341", Severity.Error, e.Message) { Help = e.Hint is null ? [] : [e.Hint] }, e);
        }
    }

    int RunParsed(LoadedProject project, Adapter adapter)
    {
        long started = _state.Options.Clock.GetTimestamp();
        ParsedProject? parsed = ManifestBuilder.Build(project, adapter, _environment, _state, _bag);
        ReportCollected();
        if (parsed is null || _bag.HasErrors)
        {
            return CouldNotRun;
        }

        Dag dag = Dag.Build(parsed.Manifest);
        _state.Report(new ProjectParsed(project.Root.Name, CountsOf(parsed.Manifest, project), _state.Options.Clock.GetElapsedTime(started))
        {
            Groups = parsed.Manifest.Groups,
        });
        TargetFolder target = new(project.TargetPath);
        RunState run = new(parsed.Manifest)
        {
            Graph = new Lazy<Value>(() => NodeView.Graph(parsed.Manifest)),
            ReadSeed = SeedReader.Read,
            WriteRunFile = (node, text) => target.Write("run", node, text),
        };
        CommandScope scope = new()
        {
            Invocation = _state,
            Project = project,
            Manifest = parsed.Manifest,
            Contexts = parsed.Context,
            Dag = dag,
            Run = run,
            Target = target,
            Cancellation = _cancellation,
            State = LoadState(_state.Options.State ?? NullIfEmpty(_state.Options.Environment("DBT_STATE")), project),
        };
        Defer(scope, project);
        if (_state.Options.Command != "docs generate")
        {
            WriteManifest(scope);
        }

        if (_state.Options.Command != "parse")
        {
            dag.CheckAcyclic();
        }

        return Dispatch(scope);
    }

    PreviousState? LoadState(string? given, LoadedProject project)
    {
        string? folder = StateFolder(_state.Options, given);
        if (folder is not null && given is not null && Path.TrimEndingDirectorySeparator(folder) == Path.TrimEndingDirectorySeparator(project.TargetPath))
        {
            _state.Report(new Warning("WarnStateTargetEqual", new Diagnostic(
                "C0740", Severity.Warning, $"The state and target directories are the same: '{given}'. This command overwrites the state that it compares with")
            {
                Help = ["keep the artifacts of the earlier run in a folder of their own"],
            }));
        }

        return folder is null ? null
            : Directory.Exists(folder) ? PreviousState.Load(folder, project.TargetPath, _state.Flag("STATE_MODIFIED_COMPARE_MORE_UNRENDERED_VALUES"))
            : throw new GildException(DbtKinds.Runtime, "C0732", $"the folder of --state does not exist: {folder}", "give the folder that holds an earlier manifest.json");
    }

    void Defer(CommandScope scope, LoadedProject project)
    {
        InvocationOptions options = _state.Options;
        if (!_state.Flag("DEFER") && options.Command != "clone")
        {
            return;
        }

        PreviousState? state = LoadState(options.DeferState ?? NullIfEmpty(options.Environment("DBT_DEFER_STATE")), project) ?? scope.State;
        if (state is not { HasManifest: true })
        {
            throw new GildException(
                DbtKinds.Runtime, "C0733", "No --state or --defer-state with a manifest.json was given: there is nothing to defer to", "give --state with the folder of an earlier manifest.json");
        }

        scope.Run.Deferred = Deferral.Relations(state, scope.Manifest, scope.Contexts);
        scope.Run.FavorState = _state.Flag("FAVOR_STATE");
    }

    int Dispatch(CommandScope scope)
    {
        switch (_state.Options.Command)
        {
            case "parse":
                return Fine;
            case "debug":
                return new SourceChecks(scope).Run();
            case "list" or "ls":
                return new ListCommand(scope).Run();
            case "run-operation" when _retry is { Ids.Count: 0 }:
                // It succeeded: there is nothing to call again.
                return Fine;
            case "run-operation":
                return new OperationCommand(scope).Run();
            case "show":
                int shown = new ShowCommand(scope).Run();
                WriteManifest(scope);
                return shown;
            case "compile":
                return Compile(scope);
            case "source freshness":
                return new FreshnessCommand(scope).Run();
            case "docs generate":
                int documented = new CatalogCommand(scope) { Retried = _retry }.Run();
                if (_state.Options.Compile != false)
                {
                    WriteManifest(scope);
                }

                return documented;
            case "run" or "seed" or "snapshot" or "test" or "build" or "clone":
                int code = new NodeCommands(scope) { Retried = _retry }.Run(_state.Options.Command);
                // Again, with the compiled code and the macros that only running calls.
                WriteManifest(scope);
                return code;
            default:
                throw new GildException(DbtKinds.Usage, "C0701", $"there is no command '{_state.Options.Command}'");
        }
    }

    int Compile(CommandScope scope)
    {
        ShowCommand show = new(scope);
        if (scope.Options.Inline is not null)
        {
            return show.Compile(show.Chosen());
        }

        int code = new NodeCommands(scope) { Retried = _retry }.Run("compile");
        foreach (string id in scope.Run.SelectedResources)
        {
            if (scope.Compiler.Compiled.TryGetValue(id, out CompiledNode? compiled) && show.IsNamed(compiled.Node))
            {
                scope.Invocation.Report(new CompiledOutput(compiled.Node.Name, false, scope.Options.Output ?? "text", compiled.Code));
            }
        }

        WriteManifest(scope);
        return code;
    }

    internal static void WriteManifest(CommandScope scope)
    {
        if (!scope.Invocation.Flag("WRITE_JSON"))
        {
            return;
        }

        Dictionary<string, CompiledText> compiled = new(StringComparer.Ordinal);
        foreach ((string id, CompiledNode node) in scope.Compiler.Compiled)
        {
            compiled[id] = new CompiledText(node.Code, scope.Target.ProjectPath("compiled", node.Node, scope.Project.Root.RootDirectory), node.Ctes, node.Node.RelationName);
        }

        ArtifactMetadata metadata = new(
            scope.Invocation.InvocationId, scope.Options.Clock.GetUtcNow(), scope.Invocation.StartedAt, scope.Adapter.Type, InvocationState.DbtVersion,
            InvocationState.CustomEnvironment(scope.Options));
        scope.WriteArtifact(
            scope.Target.PathOf("manifest.json"),
            stream => ManifestWriter.Write(stream, scope.Manifest, scope.Project, metadata, compiled));
        TimeSpines.DemandDays(scope.Manifest.NodesInOrder);
        scope.WriteArtifact(scope.Target.PathOf("semantic_manifest.json"), stream => SemanticManifestWriter.Write(stream, scope.Manifest));
    }

    static List<KeyValuePair<string, int>> CountsOf(ProjectManifest manifest, LoadedProject project)
    {
        List<KeyValuePair<string, int>> counts = [];
        foreach (ResourceType type in Enum.GetValues<ResourceType>())
        {
            int count = manifest.Nodes.Values.Count(n => n.ResourceType == type);
            if (count > 0)
            {
                counts.Add(new(type == ResourceType.Test ? "data test" : type.Word().Replace('_', ' '), count));
            }
        }

        counts.Add(new("macro", manifest.Macros.Count));
        return counts;
    }

    /// <summary>Reports what was collected since the last time.</summary>
    void ReportCollected()
    {
        IReadOnlyList<CollectedDiagnostic> all = _bag.All;
        foreach (CollectedDiagnostic collected in all.Where(c => _seen.Add(c)))
        {
            if (collected.Diagnostic.Severity == Severity.Error)
            {
                _state.Report(new ErrorReported(collected.DbtKind, collected.Diagnostic) { EventName = collected.EventName });
            }
            else if (!_state.IsToBeSaid(collected.EventName ?? ""))
            {
                // Only counted.
            }
            else if (_state.WarningsAreErrors(collected.EventName ?? ""))
            {
                _bag.Add(collected.Diagnostic with { Severity = Severity.Error }, DbtKinds.Compilation);
                _state.Report(new ErrorReported(DbtKinds.Compilation, collected.Diagnostic with { Severity = Severity.Error }));
                _reported++;
            }
            else
            {
                _state.Report(new Warning(collected.EventName ?? "", collected.Diagnostic) { Data = collected.Data });
            }
        }
    }

    readonly HashSet<CollectedDiagnostic> _seen = [];
}
