using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Graph;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>What every command works with once the project is parsed.</summary>
public sealed class CommandScope
{
    public required InvocationState Invocation { get; init; }

    public required LoadedProject Project { get; init; }

    public required ProjectManifest Manifest { get; init; }

    public required ContextFactory Contexts { get; init; }

    public required Dag Dag { get; init; }

    public required RunState Run { get; init; }

    public required TargetFolder Target { get; init; }

    public required CancellationToken Cancellation { get; init; }

    public Adapter Adapter => Contexts.Adapter;

    public InvocationOptions Options => Invocation.Options;

    public Compiler Compiler => _compiler ??= new Compiler(Contexts, Run, Contexts.RunEnvironment, Target);

    Compiler? _compiler;

    public int Threads => Project.Profile?.Threads ?? 1;

    /// <summary>The project's query comment.</summary>
    public QueryComment Comment => _comment ??= new QueryComment(this);

    QueryComment? _comment;

    /// <summary>Writes an artifact, whole or not at all, without secrets.</summary>
    public void WriteArtifact(string path, Action<Stream> write) => TargetFolder.WriteFile(path, stream =>
    {
        using Stream masking = Options.Secrets.Over(stream);
        write(masking);
    });

    /// <summary>A session whose statements carry the project's query comment.</summary>
    public WarehouseSession OpenSession(string name)
    {
        WarehouseSession session = new(Adapter, Invocation, Cancellation) { Name = name, IsClosed = Options.Command == "compile" && !Invocation.Flag("INTROSPECT") };
        Comment.Set(session, null);
        return session;
    }

    /// <summary>What <c>--select</c>, <c>--exclude</c>, <c>--selector</c> and the resource types choose.</summary>
    public IReadOnlySet<string> Select(IReadOnlySet<ResourceType> types)
    {
        InvocationOptions options = Options;
        DiagnosticBag found = new();
        IReadOnlySet<string> selected = Selector.Select(Manifest, Dag, new SelectionOptions
        {
            Select = options.Models.Count > 0 ? options.Models : options.Select,
            Exclude = options.Exclude,
            Selector = options.Selector,
            Indirect = IndirectOf(Invocation.Flags["INDIRECT_SELECTION"].ToString()),
            ResourceTypes = Narrowed(types),
            State = State,
            InternalPackages = Adapter.MacroPackages.Select(p => p.Name).Append("dbt").ToHashSet(StringComparer.Ordinal),
            EnforcedConstraints = Adapter.Capabilities.Constraints.Where(c => c.Value == "enforced").Select(c => c.Key).ToHashSet(),
        }, found);
        foreach (CollectedDiagnostic warning in found.All)
        {
            Invocation.Warn(warning.EventName ?? "", warning.Diagnostic);
        }

        return selected;
    }

    /// <summary>Earlier artifacts (<c>--state</c>), or null.</summary>
    public PreviousState? State { get; init; }

    static IndirectSelection IndirectOf(string word) => word.ToLowerInvariant() switch
    {
        "eager" => IndirectSelection.Eager,
        "cautious" => IndirectSelection.Cautious,
        "buildable" => IndirectSelection.Buildable,
        "empty" => IndirectSelection.Empty,
        _ => throw new GildException(DbtKinds.Usage, "C0712", $"'{word}' is no mode of indirect selection", "use eager, cautious, buildable or empty"),
    };

    HashSet<ResourceType> Narrowed(IReadOnlySet<ResourceType> types)
    {
        HashSet<ResourceType> narrowed = [.. types];
        List<string> wanted = [.. Words("RESOURCE_TYPES", Options.ResourceTypes)];
        if (wanted.Count > 0 && !wanted.Contains("all") && !wanted.Contains("default"))
        {
            HashSet<ResourceType> named = [.. wanted.Select(TypeOf)];
            narrowed = wanted.Contains("analysis") ? named : [.. narrowed.Where(named.Contains)];
        }
        else if (wanted.Contains("all"))
        {
            narrowed.Add(ResourceType.Analysis);
        }

        foreach (string excluded in Words("EXCLUDE_RESOURCE_TYPES", Options.ExcludeResourceTypes))
        {
            narrowed.Remove(TypeOf(excluded));
        }

        return narrowed;
    }

    IEnumerable<string> Words(string flag, IReadOnlyList<string> given) => given.Count > 0 ? given
        : Invocation.Flags.TryGetValue(flag, out Value value) && value.TryGetText(out string text)
            ? text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) : [];

    static ResourceType TypeOf(string word)
    {
        foreach (ResourceType type in Enum.GetValues<ResourceType>())
        {
            if (type.Word() == word)
            {
                return type;
            }
        }

        throw new GildException(DbtKinds.Usage, "C0713", $"'{word}' is no resource type", "known: " + string.Join(", ", Enum.GetValues<ResourceType>().Select(t => t.Word())));
    }
}
