using System.Runtime.CompilerServices;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Jinja;

/// <summary>What text cannot say: sizes, threads, limits, and the host's side of templates.</summary>
public sealed class TemplateTests
{
    static readonly JinjaOptions Dbt = new()
    {
        Undefined = UndefinedBehavior.Chainable,
        ReturnFunction = true,
        HostBlocks =
        [
            new HostBlock("materialization", HostBlockBody.Named),
            new HostBlock("test", HostBlockBody.MacroLike),
            new HostBlock("snapshot", HostBlockBody.Template),
            new HostBlock("docs", HostBlockBody.Raw),
        ],
    };

    static Template Compile(string text, JinjaOptions? options = null) =>
        new JinjaEnvironment(options).Compile(new SourceText("models/t.sql", text));

    static string Render(Template template, Globals globals) => template.Render(globals, TestContext.Current.CancellationToken);

    static DictionaryGlobals Globals(params (string Name, Value Value)[] values) =>
        new(values.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));

    [Fact]
    public void A_value_takes_16_bytes() => Assert.Equal(16, Unsafe.SizeOf<Value>());

    [Fact]
    public void One_template_renders_on_many_threads_at_once()
    {
        Template template = Compile(
            "{% macro m(a) %}{% for i in range(a) %}{{ i }}{{ loop.last }}{% endfor %}{% endmacro %}{% set x = n %}{{ m(x) }}{{ x }}");
        string[] expected = [.. Enumerable.Range(0, 50).Select(n => Render(template, Globals(("n", n))))];
        Parallel.For(0, 2000, i => Assert.Equal(expected[i % 50], Render(template, Globals(("n", i % 50)))));
    }

    [Theory]
    [InlineData("{{ m(n)CHAIN }}")]
    [InlineData("{% for i in [1] recursive %}{{ m(loop(n)CHAIN) }}{% endfor %}")]
    [InlineData("{% set x = m(n)CHAIN %}{{ x }}")]
    public void A_recursion_through_long_chains_of_calls_ends_in_an_error_on_a_small_stack(string body)
    {
        string chain = string.Concat(Enumerable.Repeat(".upper()", 47));
        Template template = Compile($"{{% macro m(n) %}}{body.Replace("CHAIN", chain, StringComparison.Ordinal)}{{% endmacro %}}{{{{ m([1]) }}}}");
        string? kind = null;
        Thread thread = new(
            () =>
            {
                try
                {
                    template.Render(Globals(), CancellationToken.None);
                }
                catch (JinjaException e)
                {
                    kind = e.Kind;
                }
            },
            maxStackSize: 1536 * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal("RecursionError", kind);
    }

    [Fact]
    public void A_warm_render_of_plain_text_allocates_only_its_output()
    {
        JinjaEnvironment environment = new();
        string text = new('x', 10_000);
        Template template = environment.Compile(new SourceText("t", text));
        using RenderContext context = new(environment);
        DictionaryGlobals globals = Globals();
        template.Render(context, globals);
        long before = GC.GetAllocatedBytesForCurrentThread();
        template.Render(context, globals);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 2 * text.Length, (2 * text.Length) + 400);
    }

    [Theory]
    [InlineData("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "MemoryError")]
    [InlineData("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", "RecursionError")]
    [InlineData("{% for i in range(100000) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }}{% endfor %}", "MemoryError")]
    [InlineData("{% for i in [[1]] recursive %}{{ loop([i]) }}{% endfor %}", "RecursionError")]
    public void Limits_end_in_an_error_of_the_template(string text, string kind)
    {
        Template template = Compile(text, new JinjaOptions { MaxIterations = 300_000, MaxOutput = 1_000_000, MaxDepth = 100 });
        JinjaException error = Assert.Throws<JinjaException>(() => Render(template, Globals()));
        Assert.Equal(kind, error.Kind);
        Assert.NotNull(error.Place);
    }

    [Fact]
    public void Nesting_without_end_is_an_error_and_no_crash()
    {
        foreach (string open in new[] { "(", "[", "-", "not ", "{'a':", "x[", "x(", "{% if x %}", "{% for a in b %}" })
        {
            string text = string.Concat(Enumerable.Repeat(open, 20_000));
            JinjaException error = Assert.Throws<JinjaException>(() => Compile(open[0] == '{' && open[1] == '%' ? text : "{{ " + text));
            Assert.Contains(error.Kind, new[] { "RecursionError", "TemplateSyntaxError" });
        }
    }

    [Fact]
    public void A_long_sum_is_evaluated_or_refused_but_does_not_crash()
    {
        string terms = string.Join(" + ", Enumerable.Repeat("x", 1500));
        Assert.Equal("3000", Render(Compile("{{ " + terms + " }}"), Globals(("x", 2))));
        Assert.Throws<JinjaException>(() => Compile("{{ " + string.Join(" + ", Enumerable.Repeat("x", 100_000)) + " }}"));
    }

    [Fact]
    public void A_cancelled_render_stops()
    {
        Template template = Compile("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}");
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(50));
        Assert.Throws<OperationCanceledException>(() => template.Render(Globals(), source.Token));
    }

    [Fact]
    public void A_single_print_has_a_native_value()
    {
        JinjaEnvironment environment = new();
        using RenderContext context = new(environment);
        Value list = environment.Compile(new SourceText("t", "{{ [1, x] }}")).RenderNative(context, Globals(("x", 2)));
        Assert.Equal(2, list.As<ListValue>()!.Elements.Count);
        Value text = environment.Compile(new SourceText("t", "a{{ x }}")).RenderNative(context, Globals(("x", 2)));
        Assert.Equal("a2", text.AsString);
    }

    [Fact]
    public void Macros_and_host_blocks_are_found_without_rendering()
    {
        Template template = Compile(
            "{% macro a(x, y=[1, 2]) %}A{% endmacro %}\n{% materialization inc, adapter='redshift', default %}M{% endmaterialization %}\n"
            + "{% test t(model, column_name) %}T{% endtest %}{% snapshot s %}\n{{ x }}\n{% endsnapshot %}{% docs d %} text {{ {% enddocs %}",
            Dbt);
        Assert.Equal(["macro a", "materialization inc", "test t"], template.Macros.Select(macro => $"{macro.BlockWord} {macro.Name}"));
        Assert.Equal([new MacroParameter("x", null), new MacroParameter("y", "[1, 2]")], template.Macros[0].Parameters);
        Assert.Equal("redshift", template.Macros[1].HeaderArguments["adapter"].AsString);
        Assert.True(template.Macros[1].HeaderArguments["default"].AsBool);
        MacroDefinition a = template.Macros[0];
        Assert.Equal("A", a.Source.Text.Substring(a.BodySpan.Offset, a.BodySpan.Length));
        Assert.Equal("{% macro a(x, y=[1, 2]) %}A{% endmacro %}", a.Source.Text.Substring(a.Span.Offset, a.Span.Length));
        Assert.Equal(["s:\n{{ x }}\n", "d: text {{ "], template.Blocks.Select(block => $"{block.Name}:{block.BodyText}"));
        Assert.Equal("\n5", Render(template.Blocks[0].CompileBody(), Globals(("x", 5))));
    }

    [Fact]
    public void A_macro_is_called_with_the_globals_of_the_caller()
    {
        JinjaEnvironment environment = new(Dbt);
        Template file = environment.Compile(new SourceText(
            "macros/m.sql",
            "{% macro m(a, b='d') %}{{ a }}{{ b }}{{ g }}{{ other() }}{% endmacro %}{% macro other() %}own{% endmacro %}"
            + "{% macro r() %}{{ return([1]) }}{% endmacro %}"));
        using RenderContext context = new(environment);
        DictionaryGlobals globals = Globals(("g", "G"), ("other", Value.From(new FunctionValue("other", (_, _) => "global"))));
        Value text = file.Macros[0].Invoke(context, globals, new Arguments(["x"]));
        Assert.Equal("xdGglobal", text.AsString);
        Assert.Single(file.Macros[2].Invoke(context, globals, default).As<ListValue>()!.Elements);
    }

    [Fact]
    public void The_macro_stack_is_seen_by_functions_of_the_host()
    {
        JinjaEnvironment environment = new();
        List<string> seen = [];
        environment.SetGlobal("look", Value.From(new FunctionValue("look", (context, _) =>
        {
            seen.AddRange(context.MacroStack.Select(frame => $"{frame.Macro} {DiagnosticText.PlaceOf(frame.Source, frame.CallSite)}"));
            return "";
        })));
        const string text = "{% macro a() %}{{ look() }}{% endmacro %}\n{% macro b() %}{{ a() }}{% endmacro %}\n{{ b() }}";
        Render(environment.Compile(new SourceText("t.sql", text)), Globals());
        Assert.Equal(["b t.sql:3:4", "a t.sql:2:19"], seen);
    }

    [Fact]
    public void An_error_in_a_piece_of_a_file_is_placed_in_the_file()
    {
        SourceText piece = new("models/schema.yml", "a\n{{ x y }}", firstLine: 10, firstColumn: 14);
        JinjaException error = Assert.Throws<JinjaException>(() => new JinjaEnvironment().Compile(piece));
        Assert.Equal("models/schema.yml:11:6: error[J0101]: expected token 'end of print statement', got 'y'", DiagnosticText.OneLine(error.ToDiagnostic()));
        Assert.Equal(11, error.Line);
    }

    [Fact]
    public void The_map_leads_from_the_output_to_the_source()
    {
        JinjaEnvironment environment = new();
        const string text = "select {{ cols|join(', ') }} from t{% set w %} where x{% endset %}{{ w }}";
        Template template = environment.Compile(new SourceText("m.sql", text));
        using RenderContext context = new(environment);
        Value columns = Value.From(new ListValue(["a", "b"]));
        string output = template.RenderWithMap(context, Globals(("cols", columns)), out OutputMap map);
        Assert.Equal("select a, b from t where x", output);
        Assert.Equal("cols|join(', ')", SourceOf(output.IndexOf('b', StringComparison.Ordinal)));
        Assert.Equal("t", SourceOf(output.IndexOf("t w", StringComparison.Ordinal)));
        Assert.Equal("w", SourceOf(output.IndexOf("where", StringComparison.Ordinal)));

        string SourceOf(int offset)
        {
            Assert.True(map.TryFind(offset, out SourceText source, out Span span));
            return source.Text.Substring(span.Offset, span.Length);
        }
    }

    [Fact]
    public void Every_code_of_the_engine_has_a_case()
    {
        HashSet<string> shown = [.. Directory.GetFiles(Repository.PathOf("tests", "corpus", "jinja"), "*.case")
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("error[J", StringComparison.Ordinal))
            .Select(line => line[6..11])];
        Assert.DoesNotContain(JinjaCodes.All, code => !shown.Contains(code.Code));
    }
}
