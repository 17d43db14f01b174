namespace Gild.Engine.Graph;

/// <summary>Artifacts of an earlier invocation, for <c>--state</c>, <c>--defer</c>, <c>retry</c> and <c>clone</c>.</summary>
public sealed class PreviousState
{
}
