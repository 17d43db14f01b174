using System.Globalization;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>What one command shares between its phases and threads.</summary>
public sealed class InvocationState
{
    /// <summary>The dbt version that this engine follows, as templates, artifacts and <c>require-dbt-version</c> see it.</summary>
    public const string DbtVersion = "1.11.14";

    readonly Lock _lock = new();
    readonly IReporter _reporter;

    public InvocationState(InvocationOptions options, IReporter reporter)
    {
        Options = options;
        _reporter = reporter;
        InvocationId = options.InvocationId ?? Guid.NewGuid().ToString();
        StartedAt = options.Clock.GetUtcNow();
        Warnings = new WarnErrorOptions();
    }

    /// <summary>The options; <c>retry</c> replaces them by those of the run it takes up.</summary>
    public InvocationOptions Options { get; set; }

    /// <summary>A UUID v4 in text form.</summary>
    public string InvocationId { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>dbt's <c>flags</c>, by name in upper case, resolved from command line, environment and project.</summary>
    public Dictionary<string, Value> Flags { get; } = new(StringComparer.Ordinal);

    /// <summary>The period that refs and sources are cut to (<c>--sample</c>); null for all of it.</summary>
    public SampleWindow? Sample { get; set; }

    /// <summary>Which warnings are errors, and which are silent.</summary>
    public WarnErrorOptions Warnings { get; set; }

    public bool Flag(string name) => Flags.TryGetValue(name, out Value value) && value.IsTrue;

    public bool WarningsAreErrors(string eventName) => Warnings.IsError(eventName);

    /// <summary>Warns.</summary>
    /// <exception cref="GildException"><c>--warn-error</c> makes an error of it.</exception>
    public void Warn(string eventName, Gild.Jinja.Diagnostics.Diagnostic diagnostic) => Warn(new Warning(eventName, diagnostic));

    /// <inheritdoc cref="Warn(string, Gild.Jinja.Diagnostics.Diagnostic)"/>
    public void Warn(Warning warning)
    {
        if (!IsToBeSaid(warning.Name))
        {
            return;
        }

        if (WarningsAreErrors(warning.Name))
        {
            throw new GildException(DbtKinds.Compilation, warning.Diagnostic with { Severity = Gild.Jinja.Diagnostics.Severity.Error });
        }

        Report(warning);
    }

    /// <summary>
    /// Counts a deprecation, and tells whether to say it: the first of its name, or all of them with <c>--show-all-deprecations</c>.
    /// Other warnings are always said.
    /// </summary>
    public bool IsToBeSaid(string eventName)
    {
        if (!WarningEvents.IsDeprecation(eventName))
        {
            return true;
        }

        lock (_deprecations)
        {
            bool known = _deprecations.TryGetValue(eventName, out int count);
            _deprecations[eventName] = count + 1;
            return !known || Flag("SHOW_ALL_DEPRECATIONS");
        }
    }

    /// <summary>Deprecations met so far, by event name, in the order of their first occurrence.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Deprecations
    {
        get
        {
            lock (_deprecations)
            {
                return [.. _deprecations];
            }
        }
    }

    /// <summary>At the end of a command, tells how often each deprecation was met; silent when there was none.</summary>
    /// <param name="told">The command has ended with an error of its own: no second one is made of the summary.</param>
    /// <returns>False when <c>--warn-error</c> makes an error of it.</returns>
    public bool SummarizeDeprecations(bool told)
    {
        if (Deprecations is not { Count: > 0 } met || Warnings.IsSilent(WarningEvents.DeprecationsSummary))
        {
            return true;
        }

        DeprecationsSummarized summary = new(met, Flag("SHOW_ALL_DEPRECATIONS"));
        if (!WarningsAreErrors(WarningEvents.DeprecationsSummary))
        {
            Report(summary);
            return true;
        }

        if (!told)
        {
            Report(new ErrorReported(DbtKinds.Compilation, new Gild.Jinja.Diagnostics.Diagnostic("P0485", Gild.Jinja.Diagnostics.Severity.Error, $"deprecations were met, which are errors here. {summary.Text}")));
        }

        return false;
    }

    readonly OrderedDictionary<string, int> _deprecations = new(StringComparer.Ordinal);

    /// <summary>Reports to the reporter, one call at a time.</summary>
    public void Report(RunEvent runEvent)
    {
        if (runEvent is Warning warning && Warnings.IsSilent(warning.Name))
        {
            return;
        }

        lock (_lock)
        {
            _reporter.Report(runEvent);
        }
    }

    /// <summary>The arguments of the command by dbt's names, as artifacts and <c>invocation_args_dict</c> show them.</summary>
    public DictValue ArgumentsDict()
    {
        DictValue dict = new();
        foreach ((string name, Value value) in FlagSettings.ArgumentsOf(this).OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            dict[name.ToLowerInvariant()] = value;
        }

        dict["invocation_command"] = Options.CommandLine;
        return dict;
    }

    /// <summary>Environment variables <c>DBT_ENV_CUSTOM_ENV_x</c> under the name <c>x</c>, for artifacts.</summary>
    public DictValue MetadataEnvironment()
    {
        DictValue dict = new();
        foreach ((string name, string text) in CustomEnvironment(Options))
        {
            dict[name] = text;
        }

        return dict;
    }

    /// <summary>Environment variables <c>DBT_ENV_CUSTOM_ENV_x</c>, or <c>DBT_ENGINE_ENV_CUSTOM_ENV_x</c>, under the name <c>x</c>, by name.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> CustomEnvironment(InvocationOptions options) =>
        [.. from variable in options.EnvironmentAll()
            from prefix in s_customPrefixes
            where variable.Key.StartsWith(prefix, StringComparison.Ordinal)
            orderby variable.Key
            select KeyValuePair.Create(variable.Key[prefix.Length..], variable.Value)];

    static readonly string[] s_customPrefixes = ["DBT_ENV_CUSTOM_ENV_", "DBT_ENGINE_ENV_CUSTOM_ENV_"];

    /// <summary>A moment as artifacts write it: UTC, microseconds, <c>Z</c>.</summary>
    public static string TimeText(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}

/// <summary><c>--warn-error</c> and <c>--warn-error-options</c>.</summary>
public sealed class WarnErrorOptions
{
    /// <summary>Every warning is an error but those of <see cref="Exclude"/> and <see cref="Silence"/>.</summary>
    public bool All { get; init; }

    /// <summary>The older names among the given keys (<c>include</c>, <c>exclude</c>).</summary>
    public IReadOnlyList<string> OlderKeys { get; init; } = [];

    public IReadOnlySet<string> Include { get; init; } = new HashSet<string>();

    public IReadOnlySet<string> Exclude { get; init; } = new HashSet<string>();

    public IReadOnlySet<string> Silence { get; init; } = new HashSet<string>();

    /// <summary>Also the one warning that dbt never makes an error of (<c>require_all_warnings_handled_by_warn_error</c>).</summary>
    public bool HandlesAll { get; init; }

    // Stands for every deprecation, in each of the three lists.
    const string Deprecations = "Deprecations";

    /// <summary>What names the event itself goes before what names all deprecations; that before all events; and silence before warn before error.</summary>
    public bool IsSilent(string name) =>
        Silence.Contains(name) || (IsDeprecation(name, Silence) && !Include.Contains(name) && !Exclude.Contains(name));

    /// <summary>A note never is an error: what has no name, and what dbt says outside of its warnings.</summary>
    public bool IsError(string name)
    {
        if (name is "" or "WEOIncludeExcludeDeprecation" or "FreshnessConfigProblem" || (name == "MicrobatchModelNoEventTimeInputs" && !HandlesAll) || Silence.Contains(name) || Exclude.Contains(name))
        {
            return false;
        }

        return Include.Contains(name) || ((All || IsDeprecation(name, Include)) && !IsDeprecation(name, Exclude) && !IsDeprecation(name, Silence));
    }

    static bool IsDeprecation(string name, IReadOnlySet<string> named) => named.Contains(Deprecations) && WarningEvents.CodeOf(name)[0] == 'D';
}
