using System.Collections.Concurrent;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>
/// Merges configs by dbt's rules: defaults, then the package's own dbt_project.yml from its root down along the fqn,
/// then properties, then the code's <c>config()</c>, then the root project's overrides for packages. Safe for several threads.
/// </summary>
public sealed class ConfigResolver(LoadedProject project)
{
    readonly ConcurrentDictionary<DictValue, DictValue> _levels = new();

    /// <summary>What the project files alone say.</summary>
    public DictValue OfProject(ResourceType type, string package, IReadOnlyList<string> fqn) => Resolve(type, package, fqn, null, null);

    /// <summary>The full config of a node; keys may hold none.</summary>
    /// <param name="type">Decides defaults and the tree of dbt_project.yml.</param>
    /// <param name="package">The node's package.</param>
    /// <param name="fqn">The node's fully qualified name, package first.</param>
    /// <param name="patch">The <c>config</c> of its properties.</param>
    /// <param name="calls">Merged <c>config()</c> calls of its code.</param>
    public DictValue Resolve(ResourceType type, string package, IReadOnlyList<string> fqn, DictValue? patch, DictValue? calls)
    {
        DictValue config = ConfigDefaults.For(type);
        string tree = TreeOf(type);
        ProjectPackage own = project.FindPackage(package) ?? project.Root;
        ApplyTree(config, own.Config.Tree(tree), fqn);
        if (patch is not null)
        {
            ConfigMerge.Apply(config, patch);
        }

        if (calls is not null)
        {
            ConfigMerge.Apply(config, calls);
        }

        if (!ReferenceEquals(own, project.Root))
        {
            ApplyTree(config, project.Root.Config.Tree(tree), fqn);
        }

        // YAML reads an `off` without quotes as false.
        if (config.TryGetValue("static_analysis", out Value analysis) && analysis.IsBool)
        {
            config["static_analysis"] = analysis.IsTrue ? "on" : "off";
        }

        return config;
    }

    /// <summary>The same as written, before rendering; later levels simply replace (manifest: unrendered_config).</summary>
    public DictValue Unrendered(ResourceType type, string package, IReadOnlyList<string> fqn, DictValue? patch, DictValue? calls)
    {
        DictValue config = new();
        string tree = TreeOf(type) == "data_tests" ? "data_tests" : TreeOf(type);
        ProjectPackage own = project.FindPackage(package) ?? project.Root;
        ReplaceTree(config, RawTree(own, tree), fqn);
        Replace(config, patch);
        Replace(config, calls);
        if (!ReferenceEquals(own, project.Root))
        {
            ReplaceTree(config, RawTree(project.Root, tree), fqn);
        }

        return config;
    }

    /// <summary>The key of dbt_project.yml that configures a type.</summary>
    public static string TreeOf(ResourceType type) => type switch
    {
        ResourceType.Seed => "seeds",
        ResourceType.Snapshot => "snapshots",
        ResourceType.Source => "sources",
        ResourceType.Test => "data_tests",
        ResourceType.Metric => "metrics",
        ResourceType.SemanticModel => "semantic-models",
        ResourceType.SavedQuery => "saved-queries",
        ResourceType.Exposure => "exposures",
        ResourceType.UnitTest => "unit_tests",
        ResourceType.Function => "functions",
        _ => "models",
    };

    static DictValue RawTree(ProjectPackage package, string tree)
    {
        DictValue raw = package.Config.RawTree(tree);
        return raw.Count == 0 && tree == "data_tests" ? package.Config.RawTree("tests") : raw;
    }

    void ApplyTree(DictValue config, DictValue root, IReadOnlyList<string> fqn)
    {
        foreach (DictValue level in Levels(root, fqn))
        {
            if (level.Count > 0)
            {
                ConfigMerge.Apply(config, level);
            }
        }
    }

    void ReplaceTree(DictValue config, DictValue root, IReadOnlyList<string> fqn)
    {
        foreach (DictValue level in Levels(root, fqn))
        {
            Replace(config, level);
        }
    }

    static void Replace(DictValue config, DictValue? level)
    {
        if (level is null)
        {
            return;
        }

        foreach (KeyValuePair<Value, Value> entry in level.Entries)
        {
            config[entry.Key] = entry.Value;
        }
    }

    IEnumerable<DictValue> Levels(DictValue root, IReadOnlyList<string> fqn)
    {
        if (root.Count == 0)
        {
            yield break;
        }

        yield return LevelOf(root);
        DictValue at = root;
        foreach (string part in fqn)
        {
            if (!at.TryGetValue(part, out Value value) || value.As<DictValue>() is not { } next)
            {
                yield break;
            }

            at = next;
            yield return LevelOf(at);
        }
    }

    // Keys with a plus are configs; keys without one are configs unless they hold a mapping (then they are folders).
    DictValue LevelOf(DictValue node) => _levels.GetOrAdd(node, static tree =>
    {
        DictValue level = new();
        foreach (KeyValuePair<Value, Value> entry in tree.Entries)
        {
            if (entry.Key.AsString is { Length: > 0 } key && key[0] == '+')
            {
                level[key[1..].Trim()] = entry.Value;
            }
            else if (entry.Value.As<DictValue>() is null)
            {
                level[entry.Key] = entry.Value;
            }
        }

        return level;
    });
}
