namespace DbtRunner;

/// <summary>The invocation cannot be served; becomes the function's error.</summary>
/// <param name="errorType">Lambda's error type, e.g. <c>Gild.BadEvent</c>.</param>
sealed class RunnerException(string errorType, string message, string? help = null, Exception? inner = null) : Exception(message, inner)
{
    public string ErrorType { get; } = errorType;

    /// <summary>What to do about it.</summary>
    public string? Help { get; } = help;

    public const string BadEvent = "Gild.BadEvent";
    public const string Locked = "Gild.Locked";
    public const string BadConfiguration = "Gild.BadConfiguration";
    public const string StateUnreachable = "Gild.StateUnreachable";
    public const string RunFailed = "Gild.RunFailed";
    public const string CouldNotRun = "Gild.CouldNotRun";
    public const string OutOfTime = "Gild.OutOfTime";
    public const string Internal = "Gild.InternalError";
}
