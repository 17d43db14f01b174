using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>What a node's code asked for while it was rendered with <c>execute = false</c>.</summary>
public sealed class ParseRecorder
{
    public List<RefCall> Refs { get; } = [];

    public List<SourceCall> Sources { get; } = [];

    /// <summary>Arguments of <c>metric()</c>: [name] or [package, name].</summary>
    public List<Value> Metrics { get; } = [];

    /// <summary>Arguments of <c>function()</c>: [name] or [package, name].</summary>
    public List<Value> Functions { get; } = [];

    /// <summary>The <c>config(...)</c> calls, merged; hooks under <c>pre-hook</c> and <c>post-hook</c>.</summary>
    public DictValue Config { get; } = new();

    /// <summary>The <c>config(...)</c> calls as they are written: what one call alone says stays as it is (manifest: unrendered_config).</summary>
    public DictValue Written { get; } = new();

    /// <summary>Unique ids of the macros called by the code itself (not by macros), in order of first use.</summary>
    public List<string> MacroIds { get; } = [];
}
