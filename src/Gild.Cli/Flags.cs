namespace Gild.Cli;

/// <summary>All flags, in the order of the help.</summary>
static class Flags
{
    static readonly string[] ResourceTypeWords =
    [
        "metric", "semantic_model", "saved_query", "source", "analysis", "model", "test", "unit_test", "exposure", "snapshot", "seed",
        "function", "default", "all",
    ];

    public static readonly Flag ProjectDir = Text("--project-dir", "The folder of dbt_project.yml; else this folder or one above.", "DBT_PROJECT_DIR", "DIR");
    public static readonly Flag ProfilesDir = Text("--profiles-dir", "The folder of profiles.yml; else the project's, else ~/.dbt.", "DBT_PROFILES_DIR", "DIR");
    public static readonly Flag Profile = Text("--profile", "The profile to use instead of the project's.", "DBT_PROFILE", "NAME");
    public static readonly Flag Target = Text("--target", "The output of the profile to use.", "DBT_TARGET", "NAME") with { Aliases = ["-t"] };
    public static readonly Flag Vars = Text("--vars", "Variables for the project, as YAML: '{key: value}'.", null, "YAML");
    public static readonly Flag Threads = new("--threads", FlagKind.Integer, "Nodes that may run at once.") { ValueName = "N" };
    public static readonly Flag Select = Words("--select", "Nodes to take: names, paths, tags, +parents and children+.") with { Aliases = ["-s", "-m", "--models", "--model"] };
    public static readonly Flag SelectOnly = Words("--select", "Nodes to take: names, paths, tags, +parents and children+.") with { Aliases = ["-s"] };
    public static readonly Flag Models = Words("--models", "Models to take: the same as --select with --resource-type model.") with { Aliases = ["-m", "--model"] };
    public static readonly Flag Exclude = Words("--exclude", "Nodes to leave out.");
    public static readonly Flag Selector = Text("--selector", "A selector of selectors.yml.", null, "NAME");
    public static readonly Flag ResourceType = Words("--resource-type", "Only nodes of these types.", "DBT_RESOURCE_TYPES") with { Aliases = ["--resource-types"], Values = ResourceTypeWords };
    public static readonly Flag ExcludeResourceType = Words("--exclude-resource-type", "No nodes of these types.", "DBT_EXCLUDE_RESOURCE_TYPES") with { Aliases = ["--exclude-resource-types"], Values = ResourceTypeWords };
    public static readonly Flag IndirectSelection = Text("--indirect-selection", "Which tests come along with selected nodes.", "DBT_INDIRECT_SELECTION", "MODE") with { Values = ["eager", "cautious", "buildable", "empty"] };
    public static readonly Flag FullRefresh = new("--full-refresh", FlagKind.Mark, "Build incremental models and seeds anew.", "DBT_FULL_REFRESH") { Aliases = ["-f"] };
    public static readonly Flag FailFast = Switch("--fail-fast", "Stop at the first failure.", "DBT_FAIL_FAST") with { Aliases = ["-x"] };
    public static readonly Flag StoreFailures = new("--store-failures", FlagKind.Mark, "Keep the failing rows of tests in tables.", "DBT_STORE_FAILURES");
    public static readonly Flag Empty = Switch("--empty", "Let refs and sources read no rows.", "DBT_EMPTY");
    public static readonly Flag Sample = Text("--sample", "Read only this period of refs and sources with event_time.", "DBT_SAMPLE", "PERIOD");
    public static readonly Flag EventTimeStart = Text("--event-time-start", "The first moment of microbatch models.", "DBT_EVENT_TIME_START", "TIME");
    public static readonly Flag EventTimeEnd = Text("--event-time-end", "The moment at which microbatch models end.", "DBT_EVENT_TIME_END", "TIME");
    public static readonly Flag State = Text("--state", "The folder of an earlier run's artifacts.", "DBT_STATE", "DIR") with { FormerEnvironment = "DBT_ARTIFACT_STATE_PATH" };
    public static readonly Flag Defer = Switch("--defer", "Read what is not selected from where --state says it is.", "DBT_DEFER") with { FormerEnvironment = "DBT_DEFER_TO_STATE" };
    public static readonly Flag DeferState = Text("--defer-state", "Artifacts for --defer, when not those of --state.", "DBT_DEFER_STATE", "DIR");
    public static readonly Flag FavorState = Switch("--favor-state", "With --defer, prefer the earlier place also when the node exists here.", "DBT_FAVOR_STATE") with { FormerEnvironment = "DBT_FAVOR_STATE_MODE" };
    public static readonly Flag Inline = Text("--inline", "SQL with Jinja, instead of a node.", null, "SQL");
    public static readonly Flag InlineDirect = Text("--inline-direct", "SQL that is sent as it is, without reading the project.", null, "SQL");
    public static readonly Flag Limit = new("--limit", FlagKind.Integer, "Rows to show; -1 for all.") { ValueName = "N" };
    public static readonly Flag Output = Text("--output", "The form of the output.", null, "FORMAT") with { Aliases = ["-o"], Values = ["text", "json", "name", "path", "selector"] };
    public static readonly Flag OutputPath = Text("--output", "The file for the results, instead of sources.json in the target folder.", null, "FILE") with { Aliases = ["-o"] };
    public static readonly Flag OutputKeys = Words("--output-keys", "Keys of each node in JSON output.");
    public static readonly Flag Args = Text("--args", "Arguments of the macro, as YAML: '{key: value}'.", null, "YAML");
    public static readonly Flag Show = new("--show", FlagKind.Mark, "Show some rows of each seed.");
    public static readonly Flag Compile = Switch("--compile", "Compile the project first.", null);
    public static readonly Flag EmptyCatalog = new("--empty-catalog", FlagKind.Mark, "Write a catalog without asking the warehouse.");
    public static readonly Flag Static = new("--static", FlagKind.Mark, "One page with everything in it.") { WithoutEffect = true };
    public static readonly Flag Host = Text("--host", "The address to listen on.", "DBT_HOST", "ADDRESS");
    public static readonly Flag Port = new("--port", FlagKind.Integer, "The port to listen on.", "DBT_PORT") { ValueName = "N" };
    public static readonly Flag Browser = Switch("--browser", "Open a browser.", null);
    public static readonly Flag Connection = new("--connection", FlagKind.Mark, "Check only the connection.");
    public static readonly Flag Event = Text("--event", "The file with the event (JSON); - for standard input.", null, "FILE");
    public static readonly Flag Timeout = new("--timeout", FlagKind.Integer, "The function's time limit in seconds; 900 when not given.") { ValueName = "SECONDS" };
    public static readonly Flag ConfigDir = new("--config-dir", FlagKind.Mark, "Print the folder of profiles.yml.");
    public static readonly Flag CleanProjectFilesOnly = Switch("--clean-project-files-only", "Never delete outside of the project.", "DBT_CLEAN_PROJECT_FILES_ONLY");
    public static readonly Flag SkipProfileSetup = new("--skip-profile-setup", FlagKind.Mark, "Write no profiles.yml.") { Aliases = ["-s"] };
    public static readonly Flag AddPackage = Text("--add-package", "Add NAME@VERSION to packages.yml.", null, "PACKAGE");
    public static readonly Flag PackageSource = Text("--source", "Where the added package comes from.", null, "KIND") with { Values = ["hub", "git", "local"] };
    public static readonly Flag Lock = new("--lock", FlagKind.Mark, "Write package-lock.yml and install nothing.");
    public static readonly Flag Upgrade = new("--upgrade", FlagKind.Mark, "Choose the newest versions that packages.yml allows.");
    public static readonly Flag Introspect = Switch("--introspect", "Let templates ask the warehouse while compiling.", "DBT_INTROSPECT");

    public static readonly Flag TargetPath = Text("--target-path", "The folder for artifacts.", "DBT_TARGET_PATH", "DIR");
    public static readonly Flag LogPath = Text("--log-path", "The folder for dbt.log.", "DBT_LOG_PATH", "DIR");
    public static readonly Flag LogFormat = Text("--log-format", "Lines as text, with times (debug) or as JSON.", "DBT_LOG_FORMAT", "FORMAT") with { Values = ["text", "debug", "json", "default"] };
    public static readonly Flag LogFormatFile = Text("--log-format-file", "The same for dbt.log.", "DBT_LOG_FORMAT_FILE", "FORMAT") with { Values = ["text", "debug", "json", "default"] };
    public static readonly Flag LogLevel = Text("--log-level", "The least that is printed.", "DBT_LOG_LEVEL", "LEVEL") with { Values = ["debug", "info", "warn", "error", "none"] };
    public static readonly Flag LogLevelFile = Text("--log-level-file", "The least that dbt.log gets.", "DBT_LOG_LEVEL_FILE", "LEVEL") with { Values = ["debug", "info", "warn", "error", "none"] };
    public static readonly Flag LogFileMaxBytes = new("--log-file-max-bytes", FlagKind.Integer, "Size at which dbt.log is started anew; 0 for never.", "DBT_LOG_FILE_MAX_BYTES") { ValueName = "N" };
    public static readonly Flag Debug = Switch("--debug", "Print also what helps to find errors.", "DBT_DEBUG") with { Aliases = ["-d"] };
    public static readonly Flag Quiet = Switch("--quiet", "Print only errors and what was asked for.", "DBT_QUIET") with { Aliases = ["-q"] };
    public static readonly Flag Print = Switch("--print", "Let templates print.", "DBT_PRINT") with { FormerEnvironment = "DBT_NO_PRINT" };
    public static readonly Flag PrinterWidth = new("--printer-width", FlagKind.Integer, "Columns of the progress lines.", "DBT_PRINTER_WIDTH") { ValueName = "N" };
    public static readonly Flag UseColors = Switch("--use-colors", "Colours; else they are used on a terminal.", "DBT_USE_COLORS");
    public static readonly Flag UseColorsFile = Switch("--use-colors-file", "Colours in dbt.log.", "DBT_USE_COLORS_FILE") with { WithoutEffect = true };
    public static readonly Flag WarnError = new("--warn-error", FlagKind.Mark, "Take every warning as an error.", "DBT_WARN_ERROR");
    public static readonly Flag WarnErrorOptions = Text("--warn-error-options", "Which warnings are errors, as YAML.", "DBT_WARN_ERROR_OPTIONS", "YAML");
    public static readonly Flag WriteJson = Switch("--write-json", "Write the artifacts.", "DBT_WRITE_JSON");
    public static readonly Flag VersionCheck = Switch("--version-check", "Insist on the project's require-dbt-version.", "DBT_VERSION_CHECK");
    public static readonly Flag PopulateCache = Switch("--populate-cache", "Learn first what exists in the warehouse.", "DBT_POPULATE_CACHE");
    public static readonly Flag CacheSelectedOnly = Switch("--cache-selected-only", "Learn only of the schemas of selected nodes.", "DBT_CACHE_SELECTED_ONLY");
    public static readonly Flag MacroDebugging = Switch("--macro-debugging", "Show calls of macros while they run.", "DBT_MACRO_DEBUGGING");
    public static readonly Flag SingleThreaded = Switch("--single-threaded", "The same as --threads 1.", "DBT_SINGLE_THREADED");
    public static readonly Flag PartialParse = Switch("--partial-parse", "", "DBT_PARTIAL_PARSE") with { WithoutEffect = true };
    public static readonly Flag PartialParseFileDiff = Switch("--partial-parse-file-diff", "", "DBT_PARTIAL_PARSE_FILE_DIFF") with { WithoutEffect = true };
    public static readonly Flag PartialParseFilePath = Text("--partial-parse-file-path", "", "DBT_PARTIAL_PARSE_FILE_PATH", "FILE") with { WithoutEffect = true };
    public static readonly Flag StaticParser = Switch("--static-parser", "", "DBT_STATIC_PARSER") with { WithoutEffect = true };
    public static readonly Flag ExperimentalParser = Switch("--use-experimental-parser", "", "DBT_USE_EXPERIMENTAL_PARSER") with { WithoutEffect = true };
    public static readonly Flag FastTestEdges = Switch("--use-fast-test-edges", "", "DBT_USE_FAST_TEST_EDGES") with { WithoutEffect = true };
    public static readonly Flag AnonymousStats = Switch("--send-anonymous-usage-stats", "", "DBT_SEND_ANONYMOUS_USAGE_STATS") with { WithoutEffect = true };
    public static readonly Flag RecordTimingInfo = Text("--record-timing-info", "", null, "FILE") with { Aliases = ["-r"], WithoutEffect = true };
    public static readonly Flag LogCacheEvents = Switch("--log-cache-events", "", "DBT_LOG_CACHE_EVENTS") with { WithoutEffect = true };
    public static readonly Flag ShowAllDeprecations = Switch("--show-all-deprecations", "Show every deprecation, not only the first of its kind.", "DBT_SHOW_ALL_DEPRECATIONS");
    public static readonly Flag SqlParse = Text("--sqlparse", "", "DBT_SQLPARSE", "YAML") with { WithoutEffect = true };
    public static readonly Flag InjectEphemeralCtes = Switch("--inject-ephemeral-ctes", "Put ephemeral parents into compiled SQL.", null);

    /// <summary>Flags that every command takes.</summary>
    public static readonly Flag[] Common =
    [
        ProjectDir, ProfilesDir, Profile, Target, Vars, Threads, TargetPath, LogPath, LogFormat, LogFormatFile, LogLevel, LogLevelFile,
        LogFileMaxBytes, Debug, Quiet, Print, PrinterWidth, UseColors, UseColorsFile, WarnError, WarnErrorOptions, WriteJson, VersionCheck,
        FailFast, IndirectSelection, State, Defer, DeferState, FavorState, PopulateCache, CacheSelectedOnly, MacroDebugging, SingleThreaded, PartialParse, PartialParseFileDiff,
        PartialParseFilePath, StaticParser, ExperimentalParser, FastTestEdges, AnonymousStats, RecordTimingInfo, LogCacheEvents,
        ShowAllDeprecations, SqlParse,
    ];

    /// <summary>Flags of commands that take nodes.</summary>
    public static readonly Flag[] Selection = [Select, Exclude, Selector];

    /// <summary>Flags of commands whose nodes are of several types.</summary>
    public static readonly Flag[] Types = [ResourceType, ExcludeResourceType];

    /// <summary>Flags of commands that build models.</summary>
    public static readonly Flag[] Building = [.. Selection, FullRefresh, Empty, Sample, EventTimeStart, EventTimeEnd];

    static Flag Text(string name, string help, string? environment, string value) =>
        new(name, FlagKind.Text, help, environment) { ValueName = value };

    static Flag Switch(string name, string help, string? environment) => new(name, FlagKind.Switch, help, environment);

    static Flag Words(string name, string help, string? environment = null) =>
        new(name, FlagKind.Words, help, environment) { ValueName = "WORDS" };
}
