using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>What all parsers of one invocation share.</summary>
public sealed class ParsingContext(
    LoadedProject project, Adapter adapter, JinjaEnvironment environment, ContextFactory context, DiagnosticBag bag)
{
    public LoadedProject Project { get; } = project;

    public Adapter Adapter { get; } = adapter;

    public JinjaEnvironment Environment { get; } = environment;

    public ContextFactory Context { get; } = context;

    public DiagnosticBag Bag { get; } = bag;

    public ConfigResolver Configs { get; } = new(project);

    public NameGenerator Names { get; } = new(context, adapter);

    /// <summary>How relation names are quoted: the adapter's default under the project's <c>quoting</c>.</summary>
    public QuotePolicy Quoting { get; } = Quote(adapter.DefaultQuoting, project.Root.Config.Quoting);

    /// <summary>
    /// Whether a test has a place for its failures: its config or <c>--store-failures</c> says so. Whether they are stored there is for the
    /// materialization to say, where a config of false counts more than the flag.
    /// </summary>
    public bool HasPlaceForFailures(CompilableNode test) => test.Config.Flag("store_failures") == true || Context.Invocation.Flag("STORE_FAILURES");

    /// <summary>A relation's name as SQL has it.</summary>
    public string RelationName(string? database, string? schema, string identifier, DictValue? quoting = null) => new Relation
    {
        Database = database,
        Schema = schema,
        Identifier = identifier,
        Quoting = quoting is null ? Quoting : Quote(Quoting, quoting),
        Including = Adapter.DefaultIncluding,
        QuoteCharacter = Adapter.QuoteCharacter,
    }.Name;

    public static QuotePolicy Quote(QuotePolicy policy, DictValue quoting) => new(
        quoting.FlagOf("database") ?? quoting.FlagOf("project") ?? policy.Database,
        quoting.FlagOf("schema") ?? quoting.FlagOf("dataset") ?? policy.Schema,
        quoting.FlagOf("identifier") ?? policy.Identifier);

    /// <summary>Runs one parser's work; what it throws becomes a diagnostic, and the others go on.</summary>
    public void Guard(Action work, Func<Label>? place = null)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is JinjaException or GildException)
        {
            Report(Bag, e, place);
        }
    }

    /// <summary>Puts what was thrown into a bag.</summary>
    public static void Report(DiagnosticBag bag, Exception thrown, Func<Label>? place)
    {
        if (thrown is JinjaException template)
        {
            bag.Add(WithPlace(template.ToDiagnostic(), place), KindOf(template));
        }
        else if (thrown is GildException failure)
        {
            bag.Add(WithPlace(failure.Diagnostic, place), failure.DbtKind);
        }
    }

    /// <summary>dbt's class of a template error.</summary>
    static string KindOf(JinjaException e) => e.Kind switch
    {
        "ParsingError" or "EnvVarMissingError" => DbtKinds.Parsing,
        _ => DbtKinds.Compilation,
    };

    static Diagnostic WithPlace(Diagnostic diagnostic, Func<Label>? place) =>
        diagnostic.Labels.Count > 0 || place is null ? diagnostic : diagnostic with { Labels = [place()] };
}
