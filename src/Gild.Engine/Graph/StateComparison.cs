using System.Text.Json;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Graph;

/// <summary>Compares the manifest with an earlier one: <c>state:modified</c> and its kin, by dbt's rules.</summary>
/// <param name="manifest">The project as it is.</param>
/// <param name="state">The project as it was.</param>
/// <param name="contracts">Compares contracts, and tells of broken ones.</param>
/// <param name="bag">Takes warnings.</param>
/// <param name="internalPackages">Packages of built-in macros, whose texts are not compared: the state may come from dbt.</param>
sealed class StateComparison(ProjectManifest manifest, PreviousState state, ContractComparison contracts, DiagnosticBag? bag, IReadOnlySet<string> internalPackages)
{
    readonly HashSet<string> _toldSeeds = new(StringComparer.Ordinal);

    static readonly string[] Known =
    [
        "new", "old", "modified", "unmodified", "modified.body", "modified.configs", "modified.persisted_descriptions",
        "modified.relation", "modified.macros", "modified.contract",
    ];

    // What a config may change without the node counting as modified: names and labels.
    static readonly string[] IgnoredConfigs = ["alias", "schema", "database", "tags", "group"];

    // The only configs by which a data test counts as modified.
    static readonly string[] TestConfigs = ["severity", "where", "limit", "fail_calc", "warn_if", "error_if", "store_failures", "store_failures_as"];

    // What manifests before v7 call a node's text.
    const string OlderRawCode = "raw_sql";

    static readonly string[] ExposureKeys = ["type", "owner", "maturity", "url", "label"];
    static readonly string[] RelationKeys = ["database", "schema", "alias"];

    readonly Lazy<HashSet<string>> _changedMacros = new(() => ChangedMacros(manifest, state, internalPackages));

    public bool HasManifest => state.HasManifest;

    public IEnumerable<Node> Find(string what)
    {
        Func<Node, JsonElement?, bool> check = what switch
        {
            "new" => (_, old) => old is null,
            "old" => (_, old) => old is not null,
            "modified" => IsModified,
            "unmodified" => (node, old) => !IsModified(node, old),
            "modified.body" => (node, old) => node is CompilableNode compilable && (old is null || !SameBody(compilable, old.Value)),
            "modified.configs" => (node, old) => node is not UnitTestNode && (old is null || !SameConfig(node, old.Value)),
            "modified.persisted_descriptions" => (node, old) => node is CompilableNode && (old is null || !SamePersistedDescription(node, old.Value)),
            "modified.relation" => (node, old) => node is CompilableNode or SourceNode && (old is null || !SameRelation(node, old.Value)),
            "modified.macros" => (node, _) => CallsChangedMacro(node),
            "modified.contract" => (node, old) => node is ModelNode model && (old is null || !contracts.IsSame(model, old.Value)),
            _ => throw new GildException(DbtKinds.Runtime, "C0711", $"Got an invalid selector \"{what}\"",
                NearestName.Help(what, Known) ?? $"one of {string.Join(", ", Known)}"),
        };
        if (what is "modified" or "unmodified" or "modified.contract")
        {
            TellOfRemoved();
        }

        return manifest.NodesInOrder.Where(n => check(n, state.Nodes.TryGetValue(n.UniqueId, out JsonElement old) ? old : null));
    }

    void TellOfRemoved()
    {
        foreach ((string id, JsonElement old) in state.Nodes)
        {
            if (id.StartsWith("model.", StringComparison.Ordinal) && !manifest.Nodes.ContainsKey(id))
            {
                contracts.Removed(id, old, manifest.Disabled.ContainsKey(id));
            }
        }
    }

    bool IsModified(Node node, JsonElement? old) => !SameContents(node, old) || CallsChangedMacro(node);

    bool SameContents(Node node, JsonElement? before)
    {
        if (before is not { } old)
        {
            return node is SourceNode or ExposureNode || node is SemanticNode { ResourceType: ResourceType.Metric or ResourceType.SemanticModel or ResourceType.SavedQuery };
        }

        return node switch
        {
            TestNode { Generic: not null } => SameConfig(node, old) && SameFqn(node, old),
            // The contract first: a broken one is told also where the body differs.
            ModelNode model => contracts.IsSame(model, old) & SameCode(model, old) && SameForReaders(model, old),
            CompilableNode compilable => SameCode(compilable, old),
            SourceNode source => SameRelation(node, old) && SameFqn(node, old) && SameConfig(node, old)
                && Same(source.Quoting, Part(old, "quoting")) && Same(source.Freshness, Part(old, "freshness"))
                && source.LoadedAtField == PreviousState.Text(old, "loaded_at_field") && Same(source.External, Part(old, "external")),
            ExposureNode exposure => SameFqn(node, old) && SameConfig(node, old) && node.Description == (PreviousState.Text(old, "description") ?? "")
                && ExposureKeys.All(k => Same(exposure.Properties.ValueOf(k), Part(old, k)))
                && node.DependsOnNodes.Order(StringComparer.Ordinal).SequenceEqual(Texts(Part(Part(old, "depends_on"), "nodes")).Order(StringComparer.Ordinal)),
            UnitTestNode test => test.Checksum == PreviousState.Text(old, "checksum"),
            SemanticNode semantic => SameFqn(node, old) && node.Description == (PreviousState.Text(old, "description") ?? "")
                && semantic.Properties.Entries.All(e => e.Key.AsString switch
                {
                    // Where the model stands is the target's, not the project's.
                    "node_relation" => true,
                    "exports" => SameExports(e.Value.As<ListValue>()!, Part(old, "exports")),
                    { } key => Same(e.Value, Part(old, key)),
                    null => true,
                }),
            _ => true,
        };
    }

    /// <summary>Exports are compared by what the project says of them: the schema may be the target's.</summary>
    static bool SameExports(ListValue exports, JsonElement old)
    {
        JsonElement[] before = old.ValueKind == JsonValueKind.Array ? [.. old.EnumerateArray()] : [];
        return before.Length == exports.Elements.Count && exports.Elements.Zip(before).All(p => p.First.As<DictValue>() is { } export
            && Same(export.ValueOf("name"), Part(p.Second, "name")) && Same(export.ValueOf("unrendered_config"), Part(p.Second, "unrendered_config")));
    }

    bool SameCode(CompilableNode node, JsonElement old) =>
        SameBody(node, old) && SameConfig(node, old) && SamePersistedDescription(node, old) && SameFqn(node, old) && SameRelation(node, old);

    bool SameBody(CompilableNode node, JsonElement old)
    {
        if (node is not SeedNode)
        {
            return node.RawCode == (PreviousState.Text(old, "raw_code") ?? PreviousState.Text(old, OlderRawCode) ?? "");
        }

        string? before = PreviousState.Text(Part(old, "checksum"), "name");
        bool same = node.Checksum == PreviousState.Text(Part(old, "checksum"), "checksum") && node.ChecksumName == before;
        if (node.ChecksumName == "path" && _toldSeeds.Add(node.UniqueId))
        {
            TellOfBigSeed(node, before, same);
        }

        return same;
    }

    void TellOfBigSeed(CompilableNode seed, string? before, bool same)
    {
        (string name, string what) = before != "path" ? ("SeedIncreased", "Because it was smaller before, it is taken as changed")
            : same ? ("SeedExceedsLimitSamePath", "It is taken as unchanged")
            : ("SeedExceedsLimitAndPathChanged", "Because its path has changed, it is taken as changed");
        bag?.Warn(name, "C0744", $"Found a seed ({seed.PackageName}.{seed.Name}) >1MB in size: its rows are not compared with those of the state, only its path. {what}", null,
            "select it by name when its rows have changed");
    }

    static bool SameFqn(Node node, JsonElement old) => node.Fqn.SequenceEqual(Texts(Part(old, "fqn")));

    static bool SameConfig(Node node, JsonElement old)
    {
        JsonElement before = Part(old, "unrendered_config");
        HashSet<string> keys = [.. node.UnrenderedConfig.Entries.Select(e => e.Key.ToString())];
        if (before.ValueKind == JsonValueKind.Object)
        {
            keys.UnionWith(before.EnumerateObject().Select(p => p.Name));
        }

        keys.ExceptWith(IgnoredConfigs);
        if (node is TestNode)
        {
            keys.IntersectWith(TestConfigs);
        }

        return keys.All(key => Same(node.UnrenderedConfig.ValueOf(key), Part(before, key)));
    }

    bool SameRelation(Node node, JsonElement old)
    {
        if (node is SourceNode source)
        {
            return (state.ComparesUnrendered
                    ? source.UnrenderedDatabase == PreviousState.Text(old, "unrendered_database") && source.UnrenderedSchema == PreviousState.Text(old, "unrendered_schema")
                    : source.Database == PreviousState.Text(old, "database") && source.Schema == PreviousState.Text(old, "schema"))
                && source.Identifier == PreviousState.Text(old, "identifier");
        }

        JsonElement before = Part(old, "unrendered_config");
        return RelationKeys.All(key => Same(node.UnrenderedConfig.ValueOf(key), Part(before, key)));
    }

    static bool SamePersistedDescription(Node node, JsonElement old)
    {
        DictValue? persist = node.Config.Values.DictOf("persist_docs");
        if (persist?.ValueOf("relation").IsTrue == true && node.Description != (PreviousState.Text(old, "description") ?? ""))
        {
            return false;
        }

        if (persist?.ValueOf("columns").IsTrue != true)
        {
            return true;
        }

        JsonElement columns = Part(old, "columns");
        return (columns.ValueKind == JsonValueKind.Object ? columns.EnumerateObject().Count() : 0) == node.Columns.Count
            && node.Columns.Values.All(c => (PreviousState.Text(Part(columns, c.Name), "description") ?? "\0") == c.Description);
    }

    /// <summary>Whether everybody may read the model as before: by the same latest version, access and date of deprecation.</summary>
    static bool SameForReaders(ModelNode model, JsonElement old) => Same(model.LatestVersion, Part(old, "latest_version"))
        && model.Access == (PreviousState.Text(old, "access") ?? "protected") && model.DeprecationDate == PreviousState.Text(old, "deprecation_date");

    bool CallsChangedMacro(Node node)
    {
        if (_changedMacros.Value.Count == 0)
        {
            return false;
        }

        if (node is TestNode { Generic: { } test } && !node.DependsOnMacros.Exists(m => m.EndsWith($".test_{test.Name}", StringComparison.Ordinal)))
        {
            throw new GildException(DbtKinds.Compilation, "C0718",
                $"Node '{node.Name}' (in {node.OriginalFilePath}) depends on a macro or test that does not exist: test_{test.Name}",
                "if the test was removed, remove it from the property file too; if a package holds it, run `gild deps`");
        }

        return AnyChanged(node.DependsOnMacros, new HashSet<string>(StringComparer.Ordinal));
    }

    bool AnyChanged(IEnumerable<string> macros, HashSet<string> seen)
    {
        foreach (string id in macros)
        {
            if (seen.Add(id) && (_changedMacros.Value.Contains(id)
                || (manifest.Macros.TryGetValue(id, out MacroNode? macro) && AnyChanged(macro.DependsOnMacros, seen))))
            {
                return true;
            }
        }

        return false;
    }

    static HashSet<string> ChangedMacros(ProjectManifest manifest, PreviousState state, IReadOnlySet<string> internalPackages)
    {
        HashSet<string> changed = new(StringComparer.Ordinal);
        foreach (MacroNode macro in manifest.Macros.Values)
        {
            if (internalPackages.Contains(macro.PackageName))
            {
                continue;
            }

            if (!state.Macros.TryGetValue(macro.UniqueId, out JsonElement old)
                || !macro.Source.Text.AsSpan(macro.Span.Offset, macro.Span.Length).SequenceEqual(PreviousState.Text(old, "macro_sql").AsSpan().Trim()))
            {
                changed.Add(macro.UniqueId);
            }
        }

        changed.UnionWith(state.Macros.Keys.Where(id => !manifest.Macros.ContainsKey(id)));
        return changed;
    }

    internal static IEnumerable<JsonElement> Items(JsonElement element, string key) => Part(element, key) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    internal static JsonElement Part(JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out JsonElement part) ? part : default;

    static IEnumerable<string> Texts(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(e => e.ToString()) : [];

    // Absent, null and empty say the same.
    internal static bool Same(Value value, JsonElement other)
    {
        if (IsNothing(value))
        {
            return IsNothing(other);
        }

        switch (other.ValueKind)
        {
            case JsonValueKind.String:
                return value.ToString() == other.GetString();
            case JsonValueKind.True or JsonValueKind.False:
                return value.IsBool && value.AsBool == (other.ValueKind == JsonValueKind.True);
            case JsonValueKind.Number:
                return value.IsNumber && !value.IsBool && double.Parse(value.ToString(), System.Globalization.CultureInfo.InvariantCulture) == other.GetDouble();
            case JsonValueKind.Array:
                return value.AsObject?.Items?.ToList() is { } items && items.Count == other.GetArrayLength() && items.Zip(other.EnumerateArray()).All(p => Same(p.First, p.Second));
            case JsonValueKind.Object:
                return value.As<DictValue>() is { } dict && dict.Entries.All(e => Same(e.Value, Part(other, e.Key.ToString())))
                    && other.EnumerateObject().All(p => dict.TryGetValue(p.Name, out _) || IsNothing(p.Value));
            default:
                return false;
        }
    }

    static bool IsNothing(Value value) => value.IsNone || value.IsUndefined || (value.AsObject is DictValue or ListValue && value.AsObject.Length == 0)
        || (value.As<DictValue>() is { } dict && dict.Entries.All(e => IsNothing(e.Value)));

    static bool IsNothing(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => true,
        JsonValueKind.Array => element.GetArrayLength() == 0,
        JsonValueKind.Object => element.EnumerateObject().All(p => IsNothing(p.Value)),
        _ => false,
    };
}
