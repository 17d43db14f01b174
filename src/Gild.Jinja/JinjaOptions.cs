using Gild.Jinja.Values;

namespace Gild.Jinja;

/// <summary>A block word of the host that parses like <c>macro</c> (dbt: materialization, test, snapshot, docs).</summary>
/// <param name="Word">The opening word; the closing one is <c>end</c> + word.</param>
/// <param name="Body">How the text between is read.</param>
public sealed record HostBlock(string Word, HostBlockBody Body);

/// <summary>What stands inside a host block.</summary>
public enum HostBlockBody
{
    /// <summary>Header <c>name(parameters)</c>; the body is template code (test).</summary>
    MacroLike,
    /// <summary>Header <c>name, key=value, flag='x'</c>; the body is template code (materialization).</summary>
    Named,
    /// <summary>Header <c>name</c>; the body is template code, rendered by the host (snapshot).</summary>
    Template,
    /// <summary>Header <c>name</c>; the body is text (docs).</summary>
    Raw,
}

/// <summary>What a <see cref="JinjaEnvironment"/> is made with; frozen from then on.</summary>
public sealed record JinjaOptions
{
    public UndefinedBehavior Undefined { get; init; } = UndefinedBehavior.Lenient;

    public bool TrimBlocks { get; init; }

    public bool LstripBlocks { get; init; }

    public bool KeepTrailingNewline { get; init; }

    /// <summary>Whether <c>return(x)</c> ends a macro with a value (dbt).</summary>
    public bool ReturnFunction { get; init; }

    /// <summary>Whether <c>{% break %}</c> and <c>{% continue %}</c> are tags (Jinja2's extension <c>loopcontrols</c>; dbt).</summary>
    public bool LoopControls { get; init; }

    public IReadOnlyList<HostBlock> HostBlocks { get; init; } = [];

    /// <summary>Deepest nesting of macro calls and recursive loops before RecursionError.</summary>
    public int MaxDepth { get; init; } = 200;

    /// <summary>Largest output of one render, in UTF-16 units.</summary>
    public int MaxOutput { get; init; } = 256 * 1024 * 1024;

    /// <summary>Most loop iterations of one render; 64 characters of a long text, or 8 elements of a long list, that a filter or a method makes count as one.</summary>
    public long MaxIterations { get; init; } = 500_000_000;
}
