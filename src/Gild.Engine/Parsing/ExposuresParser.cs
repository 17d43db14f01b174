using System.Text.RegularExpressions;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Makes exposures and groups.</summary>
public sealed partial class ExposuresParser(ParsingContext context)
{
    static readonly string[] Types = ["dashboard", "notebook", "analysis", "ml", "application"];
    static readonly string[] Maturities = ["low", "medium", "high"];

    public ExposureNode Parse(PropertyEntry entry)
    {
        DictValue data = entry.Data;
        CheckOwner(entry, "Exposure");
        string type = data.TextOf("type") ?? throw entry.Error("P0450", $"exposure '{entry.Name}' has no `type`", null, $"one of {string.Join(", ", Types)}");
        if (Array.IndexOf(Types, type) < 0)
        {
            throw entry.Error("P0450", $"`type` of exposure '{entry.Name}' cannot be '{type}'", "type", NearestName.Help(type, Types) ?? $"one of {string.Join(", ", Types)}");
        }

        if (data.TextOf("maturity") is { } maturity && Array.IndexOf(Maturities, maturity) < 0)
        {
            throw entry.Error("P0450", $"`maturity` of exposure '{entry.Name}' cannot be '{maturity}'", "maturity", $"one of {string.Join(", ", Maturities)}");
        }

        if (!NamePattern().IsMatch(entry.Name))
        {
            context.Bag.Warn("ExposureNameDeprecation", "P0451", $"Starting in v1.3, the 'name' of an exposure should contain only letters, numbers, and underscores.  '{entry.Name}' does not", entry.NamePlace);
        }

        List<string> fqn = [entry.Package, .. entry.File.RelativePath.Split('/')[..^1], entry.Name];
        DictValue config = context.Configs.Resolve(ResourceType.Exposure, entry.Package, fqn, entry.Config, null);
        Configured(entry, config);
        List<string> tags = [.. data.TextsOf("tags").Concat(config.TextsOf("tags")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

        // dbt takes `meta` of the project's exposures without a plus too, under what exposures say themselves.
        DictValue meta = new();
        foreach (DictValue? level in (ReadOnlySpan<DictValue?>)[context.Project.FindPackage(entry.Package)?.Config.Tree("exposures").DictOf("meta"), data.DictOf("meta"), config.DictOf("meta")])
        {
            foreach (KeyValuePair<Value, Value> item in level?.Entries ?? [])
            {
                meta[item.Key] = item.Value;
            }
        }

        config["tags"] = new ListValue(tags.Select(t => (Value)t));
        config["meta"] = meta;
        ExposureNode node = new()
        {
            UniqueId = $"exposure.{entry.Package}.{entry.Name}",
            ResourceType = ResourceType.Exposure,
            Name = entry.Name,
            PackageName = entry.Package,
            Path = entry.File.RelativePath,
            OriginalFilePath = entry.File.OriginalPath,
            Fqn = fqn,
            Config = new NodeConfig(config),
            UnrenderedConfig = context.Configs.Unrendered(ResourceType.Exposure, entry.Package, fqn, entry.Config, null),
            Tags = tags,
            Meta = meta,
            Description = data.TextOf("description") ?? "",
            Properties = data,
        };
        AddReads(entry, node);
        return node;
    }

    public GroupNode ParseGroup(PropertyEntry entry)
    {
        DictValue owner = entry.Data.DictOf("owner") ?? throw entry.Error("P0452", $"group '{entry.Name}' has no `owner`", null, "owner: {name: ..., email: ...}");
        CheckOwner(entry, "Group");
        List<string> fqn = [entry.Package, .. entry.File.RelativePath.Split('/')[..^1], entry.Name];

        // dbt configures groups from the `models` tree.
        DictValue config = context.Configs.Unrendered(ResourceType.Model, entry.Package, fqn, entry.Config, null);
        DictValue resolved = new() { ["meta"] = new DictValue() };
        ConfigMerge.Apply(resolved, config);
        return new GroupNode($"group.{entry.Package}.{entry.Name}", entry.Package, entry.Name, entry.File.RelativePath, entry.File.OriginalPath,
            owner, resolved, entry.Data.TextOf("description") ?? "");
    }

    /// <summary>Refuses a config with a value that it cannot have.</summary>
    internal static void Configured(PropertyEntry entry, DictValue config)
    {
        if (ConfigSchema.Problem(ResourceType.Exposure, config) is { } problem)
        {
            throw entry.Error("P0313", $"invalid config of {entry.Key.TrimEnd('s').Replace('_', ' ')} '{entry.Name}': {problem}", "config");
        }
    }

    static void CheckOwner(PropertyEntry entry, string kind)
    {
        DictValue? owner = entry.Data.DictOf("owner");
        if (owner is null || (owner.ValueOf("name").IsNone && owner.ValueOf("email").IsNone))
        {
            throw entry.Error("P0452", $"{kind} owner of '{entry.Name}' must have at least one of 'name' or 'email'.", "owner");
        }
    }

    void AddReads(PropertyEntry entry, ExposureNode node)
    {
        foreach (Value line in entry.Data.ListOf("depends_on") ?? [])
        {
            StaticReference? reference = StaticReference.Read(line.ToString());
            if (reference is null)
            {
                context.Bag.Warn("", "P0453", $"exposure '{entry.Name}' depends on `{line}`, which names nothing", entry.PlaceOf("depends_on"),
                    "write ref('model'), source('name', 'table') or metric('name')");
            }
            else if (reference.Ref is { } call)
            {
                node.Refs.Add(call);
            }
            else if (reference.Source is { } source)
            {
                node.Sources.Add(source);
            }
            else if (reference.Metric is { } metric)
            {
                node.Metrics.Add(metric);
            }
        }
    }

    [GeneratedRegex(@"^[\w-]+\z")]
    private static partial Regex NamePattern();
}
