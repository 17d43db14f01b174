namespace Gild.Engine.Running;

/// <summary>How old a source's data is.</summary>
public sealed record FreshnessResult(NodeResult Result, DateTimeOffset? MaxLoadedAt, DateTimeOffset? SnapshottedAt, TimeSpan? Age);
