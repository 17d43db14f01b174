using System.Globalization;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Engine.Values;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>What must hold for the whole manifest: unique names and relations, groups that exist, complete configs.</summary>
public sealed class ManifestChecks(ParsingContext context)
{
    // What ISO 8601 writes a moment with; .NET also reads what people write otherwise.
    static readonly System.Buffers.SearchValues<char> IsoCharacters = System.Buffers.SearchValues.Create("0123456789-:.+TZ ");

    /// <summary>Checks that need no references yet.</summary>
    public void CheckNodes(IReadOnlyList<Node> nodes, IReadOnlyDictionary<string, GroupNode> groups)
    {
        HashSet<string> groupNames = [.. groups.Values.Select(g => g.Name)];
        foreach (Node node in nodes)
        {
            context.Guard(() => CheckNode(node, groupNames));
        }

        CheckSpaces(nodes);
        CheckUnique(nodes);
        WarnOfBatches(nodes);
        WarnUnusedPaths(nodes);
    }

    void CheckNode(Node node, HashSet<string> groups)
    {
        if (node.Group is { Length: > 0 } group && !groups.Contains(group))
        {
            throw Failure(node, "P0473", $"Invalid group '{group}' of {node.UniqueId}, expected one of [{string.Join(", ", groups.Order(StringComparer.Ordinal))}]",
                NearestName.Help(group, groups));
        }

        switch (node)
        {
            case ModelNode { Access: "public", IsEphemeral: true }:
                throw Failure(node, "P0314", $"Node {node.UniqueId} with 'ephemeral' materialization has an invalid value (public) for the access field", null);
            case SnapshotNode when ConfigSchema.SnapshotProblem(node.Config) is { } problem:
                throw Failure(node, "P0315", $"{problem} ({node.UniqueId})", null);
            case ModelNode model when model.Config.Materialized == "incremental" && model.Config.Text("incremental_strategy") == "microbatch":
                CheckMicrobatch(model);
                break;
        }
    }

    // A project's own microbatch macro runs as an ordinary strategy unless the project's flag says otherwise.
    bool RunsBatches => context.Project.Flags.FlagOf("require_batched_execution_for_custom_microbatch_strategy") == true
        || !context.Context.Macros.TryFindInPackage(context.Project.Root.Name, "get_incremental_microbatch_sql", out _);

    void WarnOfBatches(IReadOnlyList<Node> nodes)
    {
        List<ModelNode> models = [.. nodes.OfType<ModelNode>().Where(m =>
            m.Config.Materialized == "incremental" && m.Config.Text("incremental_strategy") == "microbatch")];
        if (!RunsBatches)
        {
            if (models.Count > 0)
            {
                context.Bag.Warn("MicrobatchMacroOutsideOfBatchesDeprecation", "P0474",
                    "The use of a custom microbatch macro outside of batched execution is deprecated", null,
                    "set the flag require_batched_execution_for_custom_microbatch_strategy to true to run it once for each batch");
            }

            return;
        }

        int forcing = nodes.OfType<ModelNode>().Count(m => m.Config.Values.ValueOf("concurrent_batches") is { IsBool: true, IsTrue: true });
        if (forcing > 0 && !context.Adapter.Capabilities.ConcurrentBatches)
        {
            context.Bag.Warn("InvalidConcurrentBatchesConfig", new Diagnostic("P0474", Severity.Warning, string.Create(CultureInfo.InvariantCulture,
                $"Found {forcing} microbatch model{(forcing == 1 ? "" : "s")} with the `concurrent_batches` config set to true, but the {context.Adapter.Type} adapter does not support running batches concurrently. Batches will be run sequentially.")),
                ("num_models", forcing.ToString(CultureInfo.InvariantCulture)), ("adapter_type", context.Adapter.Type));
        }

        Dictionary<string, Node> byId = nodes.Where(n => n is CompilableNode or SourceNode).DistinctBy(n => n.UniqueId).ToDictionary(n => n.UniqueId, StringComparer.Ordinal);
        foreach (ModelNode model in models.Where(m => !m.DependsOnNodes.Any(id => byId.TryGetValue(id, out Node? input) && input.Config.Text("event_time") is not null)))
        {
            context.Bag.Warn("MicrobatchModelNoEventTimeInputs", new Diagnostic("P0474", Severity.Warning,
                $"The microbatch model '{model.Name}' has no 'ref' or 'source' input with an 'event_time' configuration: no filter will be applied, and each batch reads its inputs in full.")
            {
                Labels = [PlaceOf(model)],
                Help = ["set `event_time` on at least one of its inputs"],
            }, ("model_name", model.Name));
        }
    }

    void CheckMicrobatch(ModelNode model)
    {
        if (!RunsBatches)
        {
            return;
        }

        DictValue config = model.Config.Values;
        Value eventTime = config.ValueOf("event_time");
        Value begin = config.ValueOf("begin");
        Value batch = config.ValueOf("batch_size");
        Value lookback = config.ValueOf("lookback");
        Value concurrent = config.ValueOf("concurrent_batches");
        string? problem = eventTime.IsNone ? "must provide an 'event_time' (string) config that indicates the name of the event time column."
            : !eventTime.TryGetText(out _) ? $"must provide an 'event_time' config of type string, but got: {ValueText.TypeNameOf(eventTime)}."
            : begin.IsNone ? "must provide a 'begin' (datetime) config that indicates the earliest timestamp the microbatch model should be built from."
            : begin.AsString is { } text && (text.AsSpan().ContainsAnyExcept(IsoCharacters) || !DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                ? $"must provide a 'begin' config of valid datetime (ISO format), but got: {text}."
            : begin.IsNumber || begin.IsBool ? $"must provide a 'begin' config of type datetime, but got: {ValueText.TypeNameOf(begin)}."
            : batch.AsString is not ("hour" or "day" or "month" or "year") ? $"must provide a 'batch_size' config that is one of ['hour', 'day', 'month', 'year'], but got: {batch}."
            : !lookback.IsNone && !lookback.IsInteger ? $"must provide the optional 'lookback' config as type int, but got: {ValueText.TypeNameOf(lookback)}."
            : !concurrent.IsNone && !concurrent.IsBool ? $"optional 'concurrent_batches' config must be of type `bool` if specified, but got: {ValueText.TypeNameOf(concurrent)}."
            : null;
        if (problem is not null)
        {
            throw Failure(model, "P0474", $"Microbatch model '{model.Name}' {problem}", null);
        }

        if (begin.AsString is { } moment)
        {
            config["begin"] = DateTimeValue.Naive(DateTime.Parse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal));
        }
    }

    void CheckSpaces(IReadOnlyList<Node> nodes)
    {
        int found = 0;
        bool allowed = context.Project.Flags.FlagOf("require_resource_names_without_spaces") == false;
        foreach (Node node in nodes.Where(n => n is CompilableNode && n.Name.Contains(' ', StringComparison.Ordinal)))
        {
            if (allowed)
            {
                if (found++ == 0 || context.Context.Invocation.Flag("DEBUG"))
                {
                    context.Bag.Warn("SpacesInResourceNameDeprecation", "P0475", $"Found spaces in the name of `{node.UniqueId}`", PlaceOf(node));
                }
            }
            else
            {
                context.Bag.Add(Failure(node, "P0475", $"Resource names cannot contain spaces: '{node.UniqueId}' ({node.OriginalFilePath})", "rename it"));
            }
        }

        if (found > 0)
        {
            context.Bag.Warn("ResourceNamesWithSpacesDeprecation", "P0475", string.Create(CultureInfo.InvariantCulture,
                $"Spaces found in {found} resource name(s); dbt will refuse them by default"), null, "rename them", "--debug names them all");
        }
    }

    void CheckUnique(IReadOnlyList<Node> nodes)
    {
        Dictionary<string, CompilableNode> relations = new(StringComparer.Ordinal);
        Dictionary<(string Package, string Name), CompilableNode> names = [];
        foreach (CompilableNode node in nodes.OfType<CompilableNode>().Where(IsRelational))
        {
            string relation = context.RelationName(node.Database, node.Schema, node.Alias);
            if (!relations.TryAdd(relation, node))
            {
                CompilableNode other = relations[relation];
                context.Bag.Add(new GildException(DbtKinds.Compilation, new Diagnostic("P0476", Severity.Error,
                    $"dbt found two resources with the database representation \"{relation}\": {other.UniqueId} ({other.OriginalFilePath}) and {node.UniqueId} ({node.OriginalFilePath})")
                {
                    Labels = [PlaceOf(node)],
                    Help = ["give one of them another `alias` or `schema`"],
                }));
            }

            bool versioned = node is ModelNode { Version.IsNone: false };
            if (names.TryGetValue((node.PackageName, node.Name), out CompilableNode? same))
            {
                bool otherVersioned = same is ModelNode { Version.IsNone: false };
                if (versioned != otherVersioned)
                {
                    context.Bag.Add(Failure(node, "P0477", $"'{node.Name}' is both a versioned and an unversioned resource: {same.UniqueId} ({same.OriginalFilePath}) and {node.UniqueId} ({node.OriginalFilePath})", "rename one of them"));
                }
                else if (!versioned && context.Project.Flags.FlagOf("require_unique_project_resource_names") == true)
                {
                    context.Bag.Add(new GildException(DbtKinds.Compilation, new Diagnostic("P0478", Severity.Error,
                        $"'{node.Name}' names two resources of project {node.PackageName}: {same.UniqueId} ({same.OriginalFilePath}) and {node.UniqueId} ({node.OriginalFilePath})")
                    {
                        Labels = [PlaceOf(node)],
                        Help = ["rename one of them, or set the flag require_unique_project_resource_names to false"],
                    }));
                }
                else if (!versioned)
                {
                    context.Bag.Warn("DuplicateNameDistinctNodeTypesDeprecation", "P0478", $"'{node.Name}' names both {same.UniqueId} and {node.UniqueId}", PlaceOf(node));
                }
            }
            else
            {
                names[(node.PackageName, node.Name)] = node;
            }
        }
    }

    bool IsRelational(CompilableNode node) => node is ModelNode or SeedNode or SnapshotNode || (node is TestNode && context.HasPlaceForFailures(node));

    // A folder or name in dbt_project.yml under which no resource stands is most likely misspelt.
    void WarnUnusedPaths(IReadOnlyList<Node> nodes)
    {
        ProjectConfig config = context.Project.Root.Config;
        List<string> unused = [];
        List<string> help = [];
        foreach (string tree in (ReadOnlySpan<string>)["models", "seeds", "snapshots", "sources", "data_tests", "unit_tests", "exposures"])
        {
            List<IReadOnlyList<string>> fqns = [.. nodes.Where(n => ConfigResolver.TreeOf(n.ResourceType) == tree).Select(n => n.Fqn)];
            foreach (List<string> path in PathsOf(config.Tree(tree), []))
            {
                if (fqns.Exists(f => StartsWith(f, path)))
                {
                    continue;
                }

                unused.Add(string.Join('.', path.Prepend(tree)));
                IEnumerable<string> known = path.Count == 0 ? [] : fqns.Where(f => f.Count >= path.Count && StartsWith(f, path[..^1])).Select(f => f[path.Count - 1]);
                if (path.Count > 0 && NearestName.Help(path[^1], known) is { } near)
                {
                    help.Add($"{unused[^1]}: {near}");
                }
            }
        }

        if (unused.Count > 0)
        {
            context.Bag.Warn("UnusedResourceConfigPath", "P0479", string.Create(CultureInfo.InvariantCulture,
                $"Configuration paths exist in dbt_project.yml which do not apply to any resources. There {(unused.Count == 1 ? "is 1 unused configuration path" : $"are {unused.Count} unused configuration paths")}:\n- {string.Join("\n- ", unused)}"), null, [.. help]);
        }
    }

    static bool StartsWith(IReadOnlyList<string> fqn, List<string> path) => path.Count <= fqn.Count && path.Select((p, i) => fqn[i] == p).All(same => same);

    static IEnumerable<List<string>> PathsOf(DictValue tree, List<string> above)
    {
        bool configures = false;
        foreach (KeyValuePair<Value, Value> entry in tree.Entries)
        {
            if (entry.Key.AsString is { } key && !key.StartsWith('+') && entry.Value.As<DictValue>() is { } below)
            {
                foreach (List<string> path in PathsOf(below, [.. above, key]))
                {
                    yield return path;
                }
            }
            else
            {
                configures = true;
            }
        }

        if (configures)
        {
            yield return above;
        }
    }

    static Label PlaceOf(Node node) => node is CompilableNode { Source: var source } ? new Label(source, default) : new Label(new SourceText(node.OriginalFilePath, ""), default);

    static GildException Failure(Node node, string code, string message, string? help) => new(DbtKinds.Parsing,
        new Diagnostic(code, Severity.Error, message) { Labels = [PlaceOf(node)], Help = help is null ? [] : [help] });
}
