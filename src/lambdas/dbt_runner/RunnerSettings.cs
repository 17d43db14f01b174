namespace DbtRunner;

/// <summary>What the function's environment says (infra/README.md, "Environment of the runner").</summary>
sealed class RunnerSettings
{
    readonly Func<string, string?> _environment;

    public RunnerSettings(Func<string, string?> environment)
    {
        _environment = environment;
        ProjectPlace = Given("DBT_PROJECT_DIR") ?? ".";
        ProfilesDirectory = Given("DBT_PROFILES_DIR");
        TargetPath = Path.GetFullPath(Given("DBT_TARGET_PATH") ?? Path.Combine(ProjectPlace.StartsWith("s3://", StringComparison.Ordinal) ? "/tmp" : ProjectPlace, "target"));
        LogPath = Path.GetFullPath(Given("DBT_LOG_PATH") ?? Path.Combine(TargetPath, "..", "logs"));
        StatePlace = Given("GILD_STATE_URI") ?? Path.Combine(TargetPath, "runs");
        DocsPlace = Given("GILD_DOCS_URI");
        SecretArn = Given("REDSHIFT_SECRET_ARN");
        FunctionName = Given("AWS_LAMBDA_FUNCTION_NAME");
    }

    /// <summary>A folder (the layer's), or <c>s3://bucket/project.zip</c>.</summary>
    public string ProjectPlace { get; }

    public string? ProfilesDirectory { get; }

    /// <summary>Absolute.</summary>
    public string TargetPath { get; }

    /// <summary>Absolute.</summary>
    public string LogPath { get; }

    public string StatePlace { get; }

    public string? DocsPlace { get; }

    public string? SecretArn { get; }

    public string? FunctionName { get; }

    public string? Variable(string name) => _environment(name);

    /// <summary>The process's own.</summary>
    public static IEnumerable<KeyValuePair<string, string>> AllVariables() => Environment.GetEnvironmentVariables()
        .Cast<System.Collections.DictionaryEntry>().Select(e => KeyValuePair.Create((string)e.Key, (string?)e.Value ?? ""));

    string? Given(string name) => string.IsNullOrEmpty(_environment(name)) ? null : _environment(name);
}
