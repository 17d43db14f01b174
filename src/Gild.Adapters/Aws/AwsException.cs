using System.Net;

namespace Gild.Adapters.Aws;

/// <summary>A call to AWS that could not be made or was refused.</summary>
public sealed class AwsException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The service's code, e.g. <c>AccessDeniedException</c>; null when no answer came.</summary>
    public string? Code { get; init; }

    public HttpStatusCode? Status { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Hint { get; init; }
}
