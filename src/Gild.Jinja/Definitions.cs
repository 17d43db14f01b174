using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja;

/// <summary>A parameter of a macro.</summary>
/// <param name="Default">Source text of the default value, or <see langword="null"/> when there is none.</param>
public sealed record MacroParameter(string Name, string? Default)
{
    public bool HasDefault => Default is not null;
}

/// <summary>A top-level macro, or a block of the host that is one, found without rendering.</summary>
public sealed class MacroDefinition
{
    internal MacroDefinition(SourceText source) => Source = source;

    /// <summary>The opening word: <c>macro</c>, <c>test</c>, <c>materialization</c> …</summary>
    public string BlockWord { get; } = "";

    public string Name { get; } = "";

    public IReadOnlyList<MacroParameter> Parameters { get; } = [];

    public IReadOnlyDictionary<string, Value> HeaderArguments { get; } = new Dictionary<string, Value>();

    public Span Span { get; }

    public Span BodySpan { get; }

    public SourceText Source { get; }

    public Value Invoke(RenderContext context, Globals globals, Arguments arguments) => throw new NotImplementedException();
}

/// <summary>A top-level block of the host whose body is a template or plain text.</summary>
public sealed class BlockDefinition
{
    internal BlockDefinition(SourceText source) => Source = source;

    public string BlockWord { get; } = "";

    public string Name { get; } = "";

    public Span Span { get; }

    public Span BodySpan { get; }

    public SourceText Source { get; }

    public string BodyText => Source.Text.Substring(BodySpan.Offset, BodySpan.Length);

    public Template CompileBody() => throw new NotImplementedException();
}
