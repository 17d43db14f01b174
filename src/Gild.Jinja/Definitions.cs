using Gild.Jinja.Diagnostics;
using Gild.Jinja.Parsing;
using Gild.Jinja.Resolving;
using Gild.Jinja.Runtime;
using Gild.Jinja.Tree;
using Gild.Jinja.Values;

namespace Gild.Jinja;

/// <summary>A parameter of a macro.</summary>
/// <param name="Default">Source text of the default value, or <see langword="null"/> when there is none.</param>
public sealed record MacroParameter(string Name, string? Default)
{
    public bool HasDefault => Default is not null;
}

/// <summary>
/// A top-level macro, or a block of the host that is one, found without rendering. It is compiled alone, on its first
/// call: like dbt's macros it sees the globals, not the variables of its file.
/// </summary>
public sealed class MacroDefinition
{
    static readonly Dictionary<string, Value> NoArguments = [];

    readonly JinjaEnvironment _environment;
    readonly TemplateSyntax _template;
    readonly MacroSyntax _macro;
    Compiled? _compiled;

    sealed record Compiled(MacroCode Code, string[] GlobalNames);

    internal MacroDefinition(JinjaEnvironment environment, SourceText source, TemplateSyntax template, MacroSyntax macro)
    {
        _environment = environment;
        _template = template;
        _macro = macro;
        Source = source;
        Parameters = [.. macro.Signature.Parameters.Select((parameter, index) =>
            new MacroParameter(parameter.Name, macro.Signature.DefaultOf(index) is { } value ? TextOf(value.Span) : null))];
    }

    /// <summary>The opening word: <c>macro</c>, <c>test</c>, <c>materialization</c> …</summary>
    public string BlockWord => _macro.BlockWord;

    public string Name => _macro.Name;

    public IReadOnlyList<MacroParameter> Parameters { get; }

    /// <summary>The constants in the header of a <see cref="HostBlockBody.Named"/> block; a bare word is True.</summary>
    public IReadOnlyDictionary<string, Value> HeaderArguments => _macro.HeaderArguments ?? NoArguments;

    /// <summary>From the opening to the end of the closing tag.</summary>
    public Span Span => _macro.Span;

    public Span BodySpan => _macro.BodySpan;

    public SourceText Source { get; }

    /// <summary>
    /// Calls the macro. Its free names are looked up in <paramref name="globals"/>. The result is the text, or the value
    /// given to <c>return</c> with <see cref="JinjaOptions.ReturnFunction"/>.
    /// </summary>
    /// <exception cref="JinjaException">The macro failed, or the arguments do not fit it.</exception>
    public Value Invoke(RenderContext context, Globals globals, Arguments arguments)
    {
        // Threads may compile it twice; either result will do.
        Compiled compiled = _compiled ??= Compile();
        Frame frame = new(context) { Activation = new Activation(context.Environment, globals, compiled.GlobalNames) };
        return new MacroValue(compiled.Code, frame).Call(context, arguments);
    }

    Compiled Compile()
    {
        (MacroCode code, string[] names) = Resolver.ResolveMacro(_environment, Source, _template, _macro);
        return new Compiled(code, names);
    }

    string TextOf(Span span) => Source.Text.Substring(span.Offset, span.Length);
}

/// <summary>A top-level block of the host whose body is a template or plain text.</summary>
public sealed class BlockDefinition
{
    readonly JinjaEnvironment _environment;
    readonly HostBlockSyntax _block;

    internal BlockDefinition(JinjaEnvironment environment, SourceText source, HostBlockSyntax block)
    {
        _environment = environment;
        _block = block;
        Source = source;
    }

    public string BlockWord => _block.BlockWord;

    public string Name => _block.Name;

    public Span Span => _block.Span;

    public Span BodySpan => _block.BodySpan;

    public SourceText Source { get; }

    public string BodyText => Source.Text.Substring(BodySpan.Offset, BodySpan.Length);

    /// <summary>The body as a template of its own; places in it are places in the file.</summary>
    public Template CompileBody()
    {
        LinePosition start = Source.PositionOf(BodySpan.Offset);
        return _environment.Compile(new SourceText(Source.Path, BodyText, start.Line, start.Column));
    }
}
