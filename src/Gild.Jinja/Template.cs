using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja;

/// <summary>A compiled template: immutable, for any number of threads.</summary>
public sealed class Template
{
    internal Template(SourceText source) => Source = source;

    public SourceText Source { get; }

    public string Render(Globals globals, CancellationToken cancellation = default) => throw new NotImplementedException();

    public string Render(RenderContext context, Globals globals) => throw new NotImplementedException();

    public Value RenderNative(RenderContext context, Globals globals) => throw new NotImplementedException();

    public IReadOnlyList<MacroDefinition> Macros { get; } = [];

    public IReadOnlyList<BlockDefinition> Blocks { get; } = [];
}
