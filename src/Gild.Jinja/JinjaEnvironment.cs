using Gild.Jinja.Builtins;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Parsing;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja;

/// <summary>
/// The filters, tests and lowest globals that templates may use, and the way to compile them. Fill it first, compile
/// then; from the first <see cref="Compile"/> on it must not change and may be used by any number of threads.
/// </summary>
public sealed class JinjaEnvironment
{
    readonly Dictionary<string, Function> _filters = new(StringComparer.Ordinal);
    readonly Dictionary<string, Function> _tests = new(StringComparer.Ordinal);
    readonly Dictionary<string, Value> _globals = new(StringComparer.Ordinal);

    public JinjaEnvironment(JinjaOptions? options = null)
    {
        Options = options ?? new JinjaOptions();
        Filters.Register(this);
        Tests.Register(this);
        Functions.Register(this);
    }

    public JinjaOptions Options { get; }

    /// <summary>Registers a filter; its first positional argument is the piped value.</summary>
    public void SetFilter(string name, Function filter) => _filters[name] = filter;

    /// <summary>Registers a test; its first positional argument is the tested value.</summary>
    public void SetTest(string name, Function test) => _tests[name] = test;

    /// <summary>Registers a name that templates see unless their globals or they themselves define it.</summary>
    public void SetGlobal(string name, Value value) => _globals[name] = value;

    public bool TryGetFilter(string name, out Function filter) => _filters.TryGetValue(name, out filter!);

    public bool TryGetTest(string name, out Function test) => _tests.TryGetValue(name, out test!);

    public bool TryGetGlobal(string name, out Value value) => _globals.TryGetValue(name, out value);

    public IEnumerable<string> FilterNames => _filters.Keys;

    public IEnumerable<string> TestNames => _tests.Keys;

    public IEnumerable<string> GlobalNames => _globals.Keys;

    /// <summary>Compiles a template.</summary>
    /// <exception cref="JinjaException">TemplateSyntaxError or TemplateAssertionError, with its place.</exception>
    public Template Compile(SourceText source) => new(this, source, Parser.Parse(source, Options));
}
