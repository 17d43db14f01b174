namespace DbtRunner;

/// <summary>What an event asks for, checked. The names are those of the event's fields.</summary>
sealed record RunRequest
{
    public required RunnerCommand Command { get; init; }

    /// <summary>Selection criteria, each one value of <c>--select</c>: data, never flags.</summary>
    public IReadOnlyList<string> Select { get; init; } = [];

    public IReadOnlyList<string> Exclude { get; init; } = [];

    public string? Selector { get; init; }

    /// <summary>The JSON text of <c>vars</c>.</summary>
    public string? Vars { get; init; }

    public string? Target { get; init; }

    public bool? FullRefresh { get; init; }

    public int? Threads { get; init; }

    public bool? FailFast { get; init; }

    /// <summary>The macro of <c>run-operation</c>.</summary>
    public string? Macro { get; init; }

    /// <summary>The JSON text of <c>args</c>.</summary>
    public string? Args { get; init; }

    /// <summary>The run to go on with; <see cref="ResumeNew"/> to begin anew; null: go on with an unfinished run of the same event, if there is one.</summary>
    public string? Resume { get; init; }

    /// <summary>Whether a failed build is an error of the function.</summary>
    public bool FailOnError { get; init; } = true;

    /// <summary>Whether the event says nothing but <c>resume</c> (and <c>fail_on_error</c>).</summary>
    public bool IsOnlyResume { get; init; }

    public const string ResumeNew = "new";

    /// <summary>The command line that asks for the same, for people and artifacts.</summary>
    public string CommandLine
    {
        get
        {
            List<string> words = ["dbt", Command.EngineName];
            Add(words, "--select", Select);
            Add(words, "--exclude", Exclude);
            Add(words, "--selector", Selector is null ? [] : [Selector]);
            if (Macro is not null)
            {
                words.Add(Quoted(Macro));
            }

            Add(words, "--args", Args is null ? [] : [Args]);
            Add(words, "--vars", Vars is null ? [] : [Vars]);
            Add(words, "--target", Target is null ? [] : [Target]);
            Add(words, "--threads", Threads is { } threads ? [threads.ToString(System.Globalization.CultureInfo.InvariantCulture)] : []);
            if (FullRefresh is { } refresh)
            {
                words.Add(refresh ? "--full-refresh" : "--no-full-refresh");
            }

            if (FailFast is { } fast)
            {
                words.Add(fast ? "--fail-fast" : "--no-fail-fast");
            }

            return string.Join(' ', words);
        }
    }

    static void Add(List<string> words, string flag, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            words.Add(flag);
            words.AddRange(values.Select(Quoted));
        }
    }

    static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "+-_.:@/,*=".Contains(c, StringComparison.Ordinal))
            ? word : $"'{word.Replace("'", "'\"'\"'", StringComparison.Ordinal)}'";
}
