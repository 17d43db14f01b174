using Gild.Jinja.Diagnostics;

namespace Gild.Jinja;

/// <summary>
/// A template that cannot be compiled or rendered. <see cref="Kind"/> is the class that Jinja2 or Python would raise;
/// the place is added where it is known, the frames as the exception rises through macro calls.
/// </summary>
public sealed class JinjaException : Exception
{
    readonly List<TraceFrame> _frames = [];

    public JinjaException(string kind, string message, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
        Code = JinjaCodes.OfKind(kind);
    }

    /// <summary>The class name, e.g. <c>TemplateSyntaxError</c>, <c>UndefinedError</c>, <c>TypeError</c>.</summary>
    public string Kind { get; }

    /// <summary>The innermost template place, once known.</summary>
    public Label? Place { get; private set; }

    /// <summary>What to do next, one line each.</summary>
    public List<string> Help { get; } = [];

    /// <summary>Macro calls that led here, innermost first.</summary>
    public IReadOnlyList<TraceFrame> Frames => _frames;

    /// <summary>Sets the place unless an inner one is already known. Returns this exception.</summary>
    public JinjaException At(SourceText source, Span span, string? text = null)
    {
        Place ??= new Label(source, span, text);
        return this;
    }

    /// <summary>Sets the place and the line that Jinja2 would report (0: none), unless an inner place is already known.</summary>
    internal JinjaException At(SourceText source, Span span, int line)
    {
        if (Place is null)
        {
            Place = new Label(source, span);
            Line = line == 0 ? null : line + source.PositionOf(0).Line - 1;
        }

        return this;
    }

    /// <summary>
    /// The line that Jinja2 reports: that of the statement or of the outermost expression of a print, which can be above
    /// <see cref="Place"/> when code spans lines. Null where nothing was recorded.
    /// </summary>
    public int? Line { get; private set; }

    /// <summary>Adds the macro call through which the exception passes.</summary>
    public void AddFrame(TraceFrame frame) => _frames.Add(frame);

    /// <summary>The stable code of what happened, one of <see cref="JinjaCodes"/>; by default the one of <see cref="Kind"/>.</summary>
    public string Code { get; private set; }

    /// <summary>The name that nobody knew, when that is what happened.</summary>
    internal string? UnknownName { get; init; }

    public JinjaException WithCode(string code)
    {
        Code = code;
        return this;
    }

    /// <summary>This exception as one thing to tell the user.</summary>
    public Diagnostic ToDiagnostic() => new(Code, Severity.Error, Kind == "KeyError" ? $"there is no key {Message}" : Message)
    {
        Labels = Place is null ? [] : [Place],
        Help = [.. Help],
        Trace = [.. _frames],
    };

    public JinjaException WithHelp(string help)
    {
        Help.Add(help);
        return this;
    }

    /// <summary>A limit of <see cref="JinjaOptions"/> or of the size of one value was reached.</summary>
    public static JinjaException Limit(string message) => new("MemoryError", message);

    public static JinjaException Syntax(string message) => new("TemplateSyntaxError", message);

    public static JinjaException Assertion(string message) => new("TemplateAssertionError", message);

    public static JinjaException Runtime(string message) => new("TemplateRuntimeError", message);

    public static JinjaException Undefined(string message) => new("UndefinedError", message);

    public static JinjaException Security(string message) => new("SecurityError", message);

    public static JinjaException FilterArgument(string message) => new("FilterArgumentError", message);

    public static JinjaException TypeError(string message) => new("TypeError", message);

    public static JinjaException ValueError(string message) => new("ValueError", message);

    public static JinjaException KeyError(string message) => new("KeyError", message);

    public static JinjaException IndexError(string message) => new("IndexError", message);

    public static JinjaException AttributeError(string message) => new("AttributeError", message);

    public static JinjaException ZeroDivision(string message) => new("ZeroDivisionError", message);

    public static JinjaException Overflow(string message) => new("OverflowError", message);

    public static JinjaException Recursion(string message) => new("RecursionError", message);
}
