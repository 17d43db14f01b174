using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>
/// Turns drafts into nodes: renders the code with <c>execute = false</c>, collects refs, sources, macros and configs,
/// resolves the config, and names the relation. Safe for several threads, each with its own <see cref="RenderContext"/>.
/// </summary>
public sealed class NodeParser(ParsingContext context)
{
    static readonly string[] s_contractKeys = ["enforced", "alias_types"];
    static readonly string[] s_docsKeys = ["show", "node_color"];

    readonly PropertyChecks _checks = new(context.Adapter.Type, context.Bag);

    /// <summary>Parses one draft.</summary>
    /// <exception cref="JinjaException">The code does not compile or render.</exception>
    /// <exception cref="GildException">A config has a value that it cannot have.</exception>
    public CompilableNode Parse(NodeDraft draft, RenderContext render)
    {
        string path = PathOf(draft);
        List<string> fqn = FqnOf(draft, path);
        CompilableNode node = Create(draft, path, fqn);
        DictValue ofProject = context.Configs.OfProject(draft.Type, draft.Package, fqn);
        node.Config = new NodeConfig(Known(draft.Type, ofProject));
        ParseRecorder recorder = new();
        Globals globals = context.Context.ForParse(node, recorder);
        if (draft.RelationRef is null && draft.RelationSource is null)
        {
            Render(node, render, globals);
        }

        Finish(draft, node, fqn, ofProject, recorder);
        RenderHooks(node, render, globals);
        if (node is SeedNode && recorder is not { Refs.Count: 0, Sources.Count: 0, Metrics.Count: 0 })
        {
            throw new GildException(DbtKinds.Parsing, new Diagnostic("P0489", Severity.Error,
                $"Seeds cannot depend on other nodes, but a pre- or post-hook of {node.UniqueId} calls ref, source or metric")
            {
                Labels = [new Label(new SourceText(node.OriginalFilePath, ""), default)],
                Help = [.. HooksOf(node).Select(hook => $"the hook: {hook}"), "put the hook on a model that reads the seed"],
            });
        }

        Take(node, recorder);
        SortPlainSources(node);
        if (draft.RelationRef is { } refCall)
        {
            node.Refs.Add(refCall);
        }

        if (draft.RelationSource is { } sourceCall)
        {
            node.Sources.Add(sourceCall);
        }

        return node;
    }

    /// <summary>Renders a node's code for what it asks, and throws the text away.</summary>
    public void Render(CompilableNode node, RenderContext render, Globals globals)
    {
        if (node is ModelNode { Language: "python" })
        {
            context.Environment.Compile(PythonCode.ToTemplate(node.Source)).Render(render, globals);
            return;
        }

        if (node is SeedNode || !YamlRenderer.HasTemplate(node.RawCode))
        {
            return;
        }

        context.Environment.Compile(node.Source).Render(render, globals);
    }

    /// <summary>Moves what a recorder saw into the node.</summary>
    public static void Take(Node node, ParseRecorder recorder)
    {
        node.Refs.AddRange(recorder.Refs);
        node.Sources.AddRange(recorder.Sources);
        node.Metrics.AddRange(recorder.Metrics);
        node.Functions.AddRange(recorder.Functions);
        foreach (string macro in recorder.MacroIds)
        {
            if (!node.DependsOnMacros.Contains(macro))
            {
                node.DependsOnMacros.Add(macro);
            }
        }
    }

    /// <summary>
    /// Resolves and checks a node's config from its levels; sets config, tags, meta, docs, group, contract and names.
    /// </summary>
    /// <param name="node">The node; its fqn may have changed since <paramref name="firstFqn"/>.</param>
    /// <param name="firstFqn">The fqn by which the file alone was configured.</param>
    /// <param name="ofProject">What the project files say of it.</param>
    /// <param name="patch">The config of its properties; null or empty when there is none.</param>
    /// <param name="calls">The <c>config()</c> calls of its code.</param>
    /// <param name="place">Where to point when a value is wrong.</param>
    /// <param name="written">The calls as written, where that differs from <paramref name="calls"/>.</param>
    public void Configure(
        CompilableNode node, IReadOnlyList<string> firstFqn, DictValue ofProject, DictValue? patch, DictValue calls, Func<Label> place, DictValue? written = null)
    {
        bool patched = patch is { Count: > 0 };
        DictValue first = calls.Count == 0 ? ofProject : context.Configs.Resolve(node.ResourceType, node.PackageName, firstFqn, null, calls);
        DictValue last = patched ? context.Configs.Resolve(node.ResourceType, node.PackageName, node.Fqn, patch, calls) : first;
        if (ConfigSchema.Problem(node.ResourceType, last) is { } problem)
        {
            throw new GildException(DbtKinds.Parsing, new Diagnostic("P0313", Severity.Error, $"invalid config of {node.UniqueId}: {problem}") { Labels = [place()] });
        }

        DictValue config = Known(node.ResourceType, ofProject);
        if (!ReferenceEquals(first, ofProject))
        {
            Overlay(node.ResourceType, config, first);
        }

        if (patched)
        {
            Overlay(node.ResourceType, config, last);
        }

        if (node.ResourceType == ResourceType.Test)
        {
            StoreFailures(config, last);
        }

        KeepOnly(config, "contract", s_contractKeys);
        KeepOnly(config, "docs", s_docsKeys);
        KeepOnly(config, ConfigDefaults.SnapshotColumns, ConfigDefaults.SnapshotColumnKeys);
        NormalizeHooks(config);
        node.Config = new NodeConfig(config);
        node.UnrenderedConfig = context.Configs.Unrendered(node.ResourceType, node.PackageName, node.Fqn, patch, written ?? calls);
        SetProperties(node, first, last, place);
        context.Names.Apply(node, last);
        bool stored = node is TestNode && context.HasPlaceForFailures(node);
        bool relational = node is ModelNode or SeedNode or SnapshotNode || stored;
        node.RelationName = relational && !node.IsEphemeral ? context.RelationName(node.Database, node.Schema, node.Alias) : null;
    }

    // dbt keeps the sources of plain models as a set.
    void SortPlainSources(CompilableNode node)
    {
        if (node.Sources.Count > 1 && IsPlain(node))
        {
            SourceCall[] sorted = [.. node.Sources.DistinctBy(s => (s.Source, s.Table)).OrderBy(s => s.Source, StringComparer.Ordinal).ThenBy(s => s.Table, StringComparer.Ordinal)];
            node.Sources.Clear();
            node.Sources.AddRange(sorted);
        }
    }

    /// <summary>Whether dbt reads a model without rendering it: nothing in it but text and dbt's own ref, source and config with literals.</summary>
    bool IsPlain(CompilableNode node) =>
        node is ModelNode { Language: "sql" } && !node.RawCode.Contains("{%", StringComparison.Ordinal)
        && !Array.Exists(s_plainCalls, name => context.Context.Macros.TryFindInPackage(node.PackageName, name, out _)
            || context.Context.Macros.TryFindInPackage(context.Context.Macros.RootPackage, name, out _))
        && StaticCall.AreAllLiteral(context.Environment, node.Source, s_plainCalls);

    static readonly string[] s_plainCalls = ["ref", "source", "config"];

    /// <summary>The calls of the code as the manifest shows them: those of a plain model that properties configure too are taken key by key.</summary>
    DictValue WrittenCalls(CompilableNode node, DictValue? patch, DictValue written)
    {
        if (patch is not { Count: > 0 } || !written.Entries.Any(e => ConfigMerge.IsList(e.Key)) || !IsPlain(node))
        {
            return written;
        }

        DictValue calls = new();
        foreach (KeyValuePair<Value, Value> entry in written.Entries)
        {
            calls[entry.Key] = calls.Count > 0 && ConfigMerge.IsList(entry.Key) ? ConfigMerge.AsList(entry.Value) : entry.Value;
        }

        return calls;
    }

    void Finish(NodeDraft draft, CompilableNode node, List<string> firstFqn, DictValue ofProject, ParseRecorder recorder)
    {
        DictValue? patch = draft.Properties is { } properties ? PatchOf(draft, properties) : null;
        if (node is ModelNode)
        {
            _checks.CheckCalls(recorder.Config, draft.Place, node.OriginalFilePath);
        }

        if (node is ModelNode { Language: "python" } && patch?.TryGetValue("materialized", out _) != true)
        {
            patch = patch?.Copy() ?? new DictValue();
            patch["materialized"] = "table";
        }

        Configure(node, firstFqn, ofProject, patch, recorder.Config, () => draft.Properties is { } entry && recorder.Config.Count == 0 ? entry.PlaceOf("config") : draft.Place,
            WrittenCalls(node, patch, recorder.Written));
        if (context.Context.Invocation.Flag("STATE_MODIFIED_COMPARE_MORE_UNRENDERED_VALUES"))
        {
            node.UnrenderedConfig = context.Configs.Unrendered(node.ResourceType, node.PackageName, node.Fqn, RawPatch(draft, patch), RawCalls(node, recorder));
        }

        if (draft.Properties is { } described)
        {
            NodeProperties.Apply(node, described, draft.Version);
        }

        if (node is ModelNode model)
        {
            ModelContract.Complete(model, draft.Properties, context);
        }
    }

    /// <summary>The config of the properties with each text as the file has it, so that what it is rendered to counts for nothing.</summary>
    static DictValue? RawPatch(NodeDraft draft, DictValue? patch)
    {
        if (patch is null || draft.Properties is not { } properties)
        {
            return patch;
        }

        DictValue raw = properties.Node.Find("config")?.ToValue().As<DictValue>() ?? new DictValue();
        if (draft.Version is { } version && RawVersion(properties.Node, version)?.Find("config")?.ToValue().As<DictValue>() is { } own)
        {
            raw = own;
        }

        return DeepMerge(patch, raw);
    }

    static YamlMapping? RawVersion(YamlMapping model, DictValue version) => model.Find("versions")?.AsSequence?.Items
        .Select(i => i.AsMapping).FirstOrDefault(m => m?.Find("v")?.ToValue().ToString() == version.ValueOf("v").ToString());

    /// <summary>
    /// The code's first <c>config()</c> as written; what it gave where it is not written with keywords, or where the whole model is so plain
    /// that dbt reads it without rendering.
    /// </summary>
    DictValue RawCalls(CompilableNode node, ParseRecorder recorder)
    {
        DictValue raw = new();
        if (recorder.Config.Count > 0 && node is not SeedNode and not ModelNode { Language: "python" }
            && !IsPlain(node))
        {
            foreach ((string name, string text) in StaticCall.First(context.Environment, node.Source, "config")?.Keywords ?? [])
            {
                raw[name] = text;
            }
        }

        return raw.Count > 0 ? raw : recorder.Config;
    }

    static DictValue PatchOf(NodeDraft draft, PropertyEntry properties)
    {
        if (draft.Version?.DictOf("config") is not { Count: > 0 } own)
        {
            DictValue plain = properties.Config;
            return draft.Version is null ? plain : WithVersionKeys(draft.Version, plain.Copy());
        }

        return WithVersionKeys(draft.Version, DeepMerge(properties.Config, own));
    }

    static DictValue WithVersionKeys(DictValue version, DictValue config)
    {
        foreach (string key in (ReadOnlySpan<string>)["access", "docs"])
        {
            if (version.TryGetValue(key, out Value value) && !value.IsNone)
            {
                config[key] = value;
            }
        }

        return config;
    }

    static DictValue DeepMerge(DictValue one, DictValue over)
    {
        DictValue merged = one.Copy();
        foreach (KeyValuePair<Value, Value> entry in over.Entries)
        {
            Value before = merged.ValueOf(entry.Key.ToString());
            merged[entry.Key] = before.As<DictValue>() is { } old && entry.Value.As<DictValue>() is { } next ? DeepMerge(old, next)
                : before.As<ListValue>() is { } tail && entry.Value.As<ListValue>() is { } head ? new ListValue(head.Elements.Concat(tail.Elements))
                : entry.Value;
        }

        return merged;
    }

    // A fresh dictionary without the type's own keys that hold none; a none of the adapter's or the user's keys is a value like others.
    static DictValue Known(ResourceType type, DictValue config)
    {
        DictValue known = new(config.Count);
        Overlay(type, known, config);
        return known;
    }

    static void Overlay(ResourceType type, DictValue config, DictValue level)
    {
        foreach (KeyValuePair<Value, Value> entry in level.Entries)
        {
            if (!entry.Value.IsNone || !ConfigDefaults.Has(type, entry.Key))
            {
                config[entry.Key] = entry.Value;
            }
        }
    }

    // These configs have a fixed set of keys; others are dropped without a word, as in dbt.
    static void KeepOnly(DictValue config, string key, IReadOnlyList<string> known)
    {
        if (config.DictOf(key) is not { } given || given.Entries.All(e => known.Contains(e.Key.ToString())))
        {
            return;
        }

        DictValue kept = new();
        foreach (string name in known)
        {
            if (given.TryGetValue(name, out Value value))
            {
                kept[name] = value;
            }
        }

        config[key] = kept;
    }

    // store_failures_as decides store_failures; without it, it follows from store_failures.
    static void StoreFailures(DictValue config, DictValue last)
    {
        if (last.TextOf("store_failures_as") is { } kind)
        {
            config["store_failures"] = kind != "ephemeral";
        }
        else if (last.FlagOf("store_failures") is { } store)
        {
            config["store_failures_as"] = store ? "table" : "ephemeral";
        }
    }

    static void NormalizeHooks(DictValue config)
    {
        foreach (string key in (ReadOnlySpan<string>)[ConfigMerge.PreHook, ConfigMerge.PostHook])
        {
            if (config.ListOf(key) is { Count: > 0 } hooks)
            {
                config[key] = new ListValue(hooks.Select(Hooks.Normalize));
            }
        }
    }

    static void SetProperties(CompilableNode node, DictValue first, DictValue last, Func<Label> place)
    {
        node.Tags = [.. node.Tags.Concat(first.TextsOf("tags")).Concat(last.TextsOf("tags")).Distinct(StringComparer.Ordinal)];
        if (last.DictOf("meta") is { Count: > 0 } meta)
        {
            node.Meta = meta;
        }

        node.Group = NonEmpty(last.TextOf("group")) ?? node.Group;
        DictValue docs = last.DictOf("docs") ?? new DictValue();
        node.Docs = new DictValue
        {
            ["show"] = docs.TryGetValue("show", out Value show) ? show : true,
            ["node_color"] = docs.ValueOf("node_color"),
        };
        if (last.DictOf("contract") is { } contract && node is not SeedNode)
        {
            node.ContractEnforced = contract.FlagOf("enforced") == true;
            node.Contract = new DictValue
            {
                ["enforced"] = node.ContractEnforced,
                ["alias_types"] = contract.FlagOf("alias_types") ?? true,
                ["checksum"] = Value.None,
            };
        }
        else if (node is TestNode)
        {
            node.Contract = new DictValue { ["enforced"] = false, ["alias_types"] = true, ["checksum"] = Value.None };
        }

        if (node is ModelNode model && last.TryGetValue("access", out Value access))
        {
            model.Access = access.AsString is "private" or "protected" or "public"
                ? access.ToString()
                : throw new GildException(DbtKinds.Parsing, new Diagnostic("P0314", Severity.Error,
                    $"Node {node.UniqueId} has an invalid value ({access}) for the access field")
                {
                    Labels = [place()],
                    Help = ["access is private, protected or public"],
                });
        }
    }

    static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    static IEnumerable<string> HooksOf(CompilableNode node) => new[] { ConfigMerge.PreHook, ConfigMerge.PostHook }
        .SelectMany(key => node.Config.Values.ListOf(key) ?? []).Select(hook => hook.As<DictValue>()?.TextOf("sql")).OfType<string>();

    void RenderHooks(CompilableNode node, RenderContext render, Globals globals)
    {
        foreach (string key in (ReadOnlySpan<string>)[ConfigMerge.PreHook, ConfigMerge.PostHook])
        {
            foreach (Value hook in node.Config.Values.ListOf(key) ?? [])
            {
                if (hook.As<DictValue>()?.TextOf("sql") is { } sql && YamlRenderer.HasTemplate(sql))
                {
                    context.Environment.Compile(new SourceText($"{node.OriginalFilePath} ({key})", sql)).Render(render, globals);
                }
            }
        }
    }

    internal static string PathOf(NodeDraft draft)
    {
        string relative = draft.File.RelativePath;
        return draft.Type switch
        {
            ResourceType.Analysis => "analysis/" + relative,
            ResourceType.Snapshot when draft.IsYamlSnapshot => $"{relative}/{draft.Name}.sql",
            ResourceType.Test => relative.LastIndexOf('/') is >= 0 and var slash ? relative[..(slash + 1)] + draft.Name + ".sql" : draft.Name + ".sql",
            _ => relative,
        };
    }

    internal static List<string> FqnOf(NodeDraft draft, string path)
    {
        string fromPath = draft.IsYamlSnapshot ? draft.File.RelativePath : path;
        int dot = fromPath.LastIndexOf('.');
        string[] parts = (dot > fromPath.LastIndexOf('/') ? fromPath[..dot] : fromPath).Split('/');
        bool withFile = draft.Type == ResourceType.Snapshot && !draft.IsYamlSnapshot;
        return [draft.Package, .. withFile ? parts : parts[..^1], draft.Name];
    }

    CompilableNode Create(NodeDraft draft, string path, List<string> fqn)
    {
        CompilableNode node = draft.Type switch
        {
            ResourceType.Model => CreateModel(draft, path),
            ResourceType.Seed => new SeedNode
            {
                UniqueId = IdOf(draft),
                ResourceType = draft.Type,
                Name = draft.Name,
                PackageName = draft.Package,
                Path = path,
                OriginalFilePath = draft.File.OriginalPath,
                RawCode = "",
                Source = draft.Source,
                RootPath = draft.File.Package.RootDirectory,
            },
            ResourceType.Snapshot => new SnapshotNode
            {
                UniqueId = IdOf(draft),
                ResourceType = draft.Type,
                Name = draft.Name,
                PackageName = draft.Package,
                Path = path,
                OriginalFilePath = draft.File.OriginalPath,
                RawCode = draft.Source.Text,
                Source = draft.Source,
            },
            ResourceType.Analysis => new AnalysisNode
            {
                UniqueId = IdOf(draft),
                ResourceType = draft.Type,
                Name = draft.Name,
                PackageName = draft.Package,
                Path = path,
                OriginalFilePath = draft.File.OriginalPath,
                RawCode = draft.Source.Text,
                Source = draft.Source,
            },
            ResourceType.Function => new FunctionNode
            {
                Language = draft.Language,
                UniqueId = IdOf(draft),
                ResourceType = draft.Type,
                Name = draft.Name,
                PackageName = draft.Package,
                Path = path,
                OriginalFilePath = draft.File.OriginalPath,
                RawCode = draft.Source.Text,
                Source = draft.Source,
            },
            _ => new TestNode
            {
                UniqueId = IdOf(draft),
                ResourceType = draft.Type,
                Name = draft.Name,
                PackageName = draft.Package,
                Path = path,
                OriginalFilePath = draft.File.OriginalPath,
                RawCode = draft.Source.Text,
                Source = draft.Source,
            },
        };
        node.Checksum = draft.Checksum;
        node.ChecksumName = draft.ChecksumName;
        node.Schema = context.Names.DefaultSchema;
        node.Database = context.Names.DefaultDatabase;
        node.Alias = draft.Name;
        node.Fqn = draft.Version is null ? fqn : [.. fqn[..^1], node.Name, $"v{((ModelNode)node).Version}"];
        return node;
    }

    static ModelNode CreateModel(NodeDraft draft, string path)
    {
        Value version = draft.Version?.ValueOf("v") ?? Value.None;
        string name = draft.Version is null ? draft.Name : draft.Properties!.Name;
        return new ModelNode
        {
            Language = draft.Language,
            UniqueId = version.IsNone ? IdOf(draft) : $"model.{draft.Package}.{name}.v{version}",
            ResourceType = ResourceType.Model,
            Name = name,
            PackageName = draft.Package,
            Path = path,
            OriginalFilePath = draft.File.OriginalPath,
            RawCode = draft.Source.Text,
            Source = draft.Source,
            Version = version,
            LatestVersion = draft.Version?.ValueOf("_latest") ?? Value.None,
        };
    }

    static string IdOf(NodeDraft draft) => $"{draft.Type.Word()}.{draft.Package}.{draft.Name}";
}
