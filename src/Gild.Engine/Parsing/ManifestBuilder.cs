using System.Collections.Concurrent;
using System.Collections.Frozen;
using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>What parsing gives: the frozen manifest, and the contexts made for it.</summary>
public sealed record ParsedProject(ProjectManifest Manifest, ContextFactory Context, RefLookup Refs);

/// <summary>
/// Runs the parsers over all files of a project and its packages, resolves references, and freezes the result. Files are
/// read and rendered in parallel; what one file does wrong goes to the bag and the others go on.
/// </summary>
public sealed class ManifestBuilder
{
    readonly LoadedProject _project;
    readonly JinjaEnvironment _environment;
    readonly DiagnosticBag _bag;
    readonly ParsingContext _context;
    readonly NodeParser _nodeParser;
    readonly Descriptions _docs;
    readonly IReadOnlyList<ProjectFile> _files;
    readonly List<MacroNode> _macros;

    ManifestBuilder(LoadedProject project, Adapter adapter, JinjaEnvironment environment, InvocationState invocation, DiagnosticBag bag)
    {
        _project = project;
        _environment = environment;
        _bag = bag;
        _files = [.. project.Packages.SelectMany(ProjectFiles.Find)];
        _macros = ReadMacros(adapter);
        List<string> internalPackages = [.. adapter.MacroPackages.Select(p => p.Name), "dbt"];
        MacroNamespace names = new(_macros, project.Root.Name, [.. internalPackages.Distinct()],
            [.. project.Packages.Select(p => p.Name)], project.Root.Config.Dispatch, adapter.DispatchNames, environment)
        {
            PackagesOverrideBuiltIns = project.Flags.FlagOf("require_explicit_package_overrides_for_builtin_materializations") == false,
        };
        MacroDependencies dependencies = new(names);
        foreach (MacroNode macro in _macros)
        {
            macro.DependenciesOf = dependencies.Of;
        }

        _context = new ParsingContext(project, adapter, environment,
            new ContextFactory(ContextProjectOf(project, adapter), names, environment, adapter, invocation), bag);
        _nodeParser = new NodeParser(_context);
        _docs = new Descriptions(_context);
    }

    /// <summary>Parses the whole project; null when the bag holds errors.</summary>
    public static ParsedProject? Build(LoadedProject project, Adapter adapter, JinjaEnvironment environment, InvocationState invocation, DiagnosticBag bag)
    {
        ManifestBuilder builder = new(project, adapter, environment, invocation, bag);
        if (bag.HasErrors)
        {
            return null;
        }

        ProjectManifest? manifest = builder.Parse();
        return manifest is null || bag.HasErrors ? null : new ParsedProject(manifest, builder._context.Context, manifest.Refs);
    }

    /// <summary>What templates may know of a loaded project.</summary>
    public static ContextProject ContextProjectOf(LoadedProject project, Adapter adapter) => new()
    {
        ProjectName = project.Root.Name,
        ProfileName = project.Profile?.Name ?? "",
        TargetName = project.Profile?.TargetName ?? "",
        Vars = project.Vars,
        Environment = project.Environment,
        PackageNames = [.. project.Packages.Select(p => p.Name), .. adapter.MacroPackages.Select(p => p.Name), "dbt"],
        PackageVersions = project.Packages.ToDictionary(p => p.Name, p => p.Config.Version, StringComparer.Ordinal),
        DispatchOrder = project.Root.Config.Dispatch,
        Quoting = ParsingContext.Quote(adapter.DefaultQuoting, project.Root.Config.Quoting),
        RootDirectory = project.Root.RootDirectory,
        QueryComment = project.Root.Config.QueryComment,
    };

    ProjectManifest? Parse()
    {
        if (_project.Root.Config.File is { } file)
        {
            new PropertyChecks(_context.Adapter.Type, _bag).CheckProject(file, "dbt_project.yml");
        }

        // A macro that does not compile is an error even if nothing calls it; the built-in ones are known to.
        MacroNamespace macros = _context.Context.Macros;
        InParallel(_macros.Where(m => !macros.IsInternal(m.PackageName)), (macro, _) => macros.Definition(macro));
        foreach (List<DocNode> docs in InParallel(_files.Where(f => f.Kind == FileKind.Docs), (file, render) => _docs.Scan(file, render).ToList()))
        {
            foreach (DocNode doc in docs)
            {
                _context.Guard(() => _docs.Add(doc));
            }
        }

        PropertiesParser properties = new(_context);
        List<PropertyEntry> entries = [.. InParallel(_files.Where(f => f.Kind == FileKind.Properties), (file, _) => properties.Parse(file)).SelectMany(e => e)];
        if (_bag.HasErrors)
        {
            return null;
        }

        List<NodeDraft> drafts = [.. InParallel(_files, (file, _) => DraftFinder.Read(file)).SelectMany(d => d)];
        _context.Guard(() => drafts.AddRange(DraftFinder.YamlSnapshots(entries)));
        new DraftFinder(_context).Match(drafts, entries);
        SettleShared(drafts);
        List<Node> nodes = [.. InParallel(drafts, (draft, render) => _nodeParser.Parse(draft, render), draft => draft.Place)];
        AddOperations(nodes);
        Dictionary<string, GroupNode> groups = AddYamlNodes(entries, nodes);
        return _bag.HasErrors ? null : Assemble(entries, nodes, groups);
    }

    // Of several files of one name, properties describe the one that is switched on without them; only when none is, all of them.
    void SettleShared(List<NodeDraft> drafts)
    {
        using RenderContext render = new(_environment);
        foreach (IGrouping<PropertyEntry, NodeDraft> shared in drafts.Where(d => d.Properties is not null).GroupBy<NodeDraft, PropertyEntry>(d => d.Properties!, ReferenceEqualityComparer.Instance).Where(g => g.Count() > 1))
        {
            _context.Guard(() =>
            {
                NodeDraft[] all = [.. shared.Where(d => d.Version is null)];
                NodeDraft[] off = [.. all.Where(d => !_nodeParser.Parse(d.Undescribed(), render).Config.Enabled)];
                if (off.Length == all.Length && off.Length > 1 && shared.Key.Config.FlagOf("enabled") == true)
                {
                    throw shared.Key.Error("P0309", $"Found {off.Length} matching disabled nodes for {off[0].Type.Word()} '{off[0].Name}': its description cannot say which of them to enable ({string.Join(", ", off.Select(d => d.File.OriginalPath))})",
                        "config", "enable one of them in its own code or in dbt_project.yml");
                }

                foreach (NodeDraft draft in off.Length < all.Length ? off : [])
                {
                    draft.Properties = null;
                }
            }, () => shared.Key.NamePlace);
        }
    }

    void AddOperations(List<Node> nodes)
    {
        using RenderContext render = new(_environment);
        OperationsParser operations = new(_context, _nodeParser);
        foreach (ProjectPackage package in _project.Packages)
        {
            nodes.AddRange(operations.Parse(package, render));
        }
    }

    Dictionary<string, GroupNode> AddYamlNodes(List<PropertyEntry> entries, List<Node> nodes)
    {
        SourcesParser sources = new(_context);
        IReadOnlyList<PropertyEntry> definitions = sources.TakeOverrides(entries.Where(e => e.Key == "sources"));
        List<PropertyEntry> patched = [.. definitions.Select(sources.WithOverride)];
        sources.WarnUnused();
        foreach (PropertyEntry entry in patched)
        {
            _context.Guard(() => nodes.AddRange(sources.Parse(entry)), () => entry.NamePlace);
        }

        GenericTests tests = new(_context, _nodeParser);
        List<PropertyEntry> tested = [.. entries.Where(e => e.Key is "models" or "seeds" or "snapshots"), .. patched];
        nodes.AddRange(InParallel(tested, (entry, render) =>
        {
            using YamlRenderer renderer = new(_context.Context.RunEnvironment, _context.Context.ForSchemaYaml(entry.Package));
            return tests.Parse(entry, render, renderer).ToList();
        }).SelectMany(t => t));

        ExposuresParser exposures = new(_context);
        SemanticParser semantic = new(_context);
        MacroDescriptions macros = new(_context, _macros, _docs);
        macros.TakeArguments();
        Dictionary<string, GroupNode> groups = new(StringComparer.Ordinal);
        foreach (PropertyEntry entry in entries)
        {
            _context.Guard(() => AddOther(entry, nodes, groups, exposures, semantic, macros), () => entry.NamePlace);
        }

        return groups;
    }

    static void AddOther(PropertyEntry entry, List<Node> nodes, Dictionary<string, GroupNode> groups, ExposuresParser exposures, SemanticParser semantic, MacroDescriptions macros)
    {
        switch (entry.Key)
        {
            case "exposures":
                nodes.Add(exposures.Parse(entry));
                break;
            case "groups":
                GroupNode group = exposures.ParseGroup(entry);
                if (!groups.TryAdd(group.UniqueId, group))
                {
                    throw entry.Twice($"two groups are called '{group.Name}': {group.UniqueId} in {groups[group.UniqueId].OriginalFilePath} and in {group.OriginalFilePath}",
                        "rename or remove one of them");
                }

                break;
            case "metrics" or "semantic_models" or "saved_queries":
                nodes.AddRange(semantic.Parse(entry));
                break;
            case "macros":
                macros.Apply(entry);
                break;
        }
    }

    ProjectManifest? Assemble(List<PropertyEntry> entries, List<Node> nodes, Dictionary<string, GroupNode> groups)
    {
        List<Node> enabled = [];
        Dictionary<string, List<Node>> disabled = new(StringComparer.Ordinal);
        Dictionary<string, Node> byId = new(nodes.Count, StringComparer.Ordinal);
        foreach (Node node in nodes)
        {
            Sort(node, enabled, disabled, byId);
        }

        PackageOrder packages = new(_project.Root.Name, _project.Flags.FlagOf("require_ref_searches_node_package_before_root") == true);
        RefLookup refs = new(packages, enabled, disabled.Values.SelectMany(d => d));
        UnitTestsParser unitTests = new(_context, _files);
        foreach (PropertyEntry entry in entries.Where(e => e.Key == "unit_tests"))
        {
            _context.Guard(() =>
            {
                foreach (UnitTestNode test in UnitTestsParser.Attach(unitTests.Parse(entry, refs), entry, refs))
                {
                    Sort(test, enabled, disabled, byId);
                }
            }, () => entry.NamePlace);
        }

        AttachTests(enabled.Concat(disabled.Values.SelectMany(d => d)).OfType<TestNode>(), refs, byId);
        Resolve(enabled, refs, byId);
        RenderDescriptions(entries, enabled);
        PrimaryKeys.Infer(enabled.Concat(disabled.Values.SelectMany(d => d)));
        if (_bag.HasErrors)
        {
            return null;
        }

        new ManifestChecks(_context).CheckNodes(enabled, groups);
        Deprecations.Warn(enabled, _bag, _context.Context.Invocation.StartedAt);
        SelectorsFile selectors = SelectorsFile.Read(_project, _context.Context.RunEnvironment, _bag);
        return new ProjectManifest
        {
            ProjectName = _project.Root.Name,
            Nodes = byId.ToFrozenDictionary(StringComparer.Ordinal),
            NodesInOrder = enabled,
            Macros = MacrosById().ToFrozenDictionary(StringComparer.Ordinal),
            Docs = _docs.All.ToFrozenDictionary(d => d.UniqueId, StringComparer.Ordinal),
            Groups = groups.ToFrozenDictionary(StringComparer.Ordinal),
            Disabled = disabled.ToFrozenDictionary(d => d.Key, d => (IReadOnlyList<Node>)d.Value, StringComparer.Ordinal),
            Refs = refs,
            Selectors = selectors.Selectors.ToFrozenDictionary(StringComparer.Ordinal),
            SelectorDefinitions = selectors.Definitions,
            DefaultSelector = selectors.Default,
        };
    }

    void Sort(Node node, List<Node> enabled, Dictionary<string, List<Node>> disabled, Dictionary<string, Node> byId)
    {
        if (!node.Config.Enabled)
        {
            if (!disabled.TryGetValue(node.UniqueId, out List<Node>? list))
            {
                disabled[node.UniqueId] = list = [];
            }

            list.Add(node);
            return;
        }

        if (!byId.TryAdd(node.UniqueId, node))
        {
            Node other = byId[node.UniqueId];
            Label place = node is CompilableNode { Source: var source } ? new Label(source, default) : new Label(new SourceText(node.OriginalFilePath, ""), default);
            bool test = node is TestNode { Generic: not null };
            _bag.Error(DbtKinds.Compilation, "P0401", test
                    ? $"dbt found two data_tests with the name \"{node.Name}\" and the same arguments: {node.UniqueId} in {other.OriginalFilePath}"
                    : $"dbt found two {Plural(node.ResourceType)} with the name \"{node.Name}\": {other.OriginalFilePath} and {node.OriginalFilePath} ({node.UniqueId})",
                place, test ? "remove one of them, or give one a `name`" : "rename or disable one of them: names are unique within a package, whatever the folder");
            return;
        }

        enabled.Add(node);
    }

    static string Plural(ResourceType type) => type == ResourceType.Analysis ? "analyses" : type == ResourceType.SavedQuery ? "saved queries" : type.Word().Replace('_', ' ') + "s";

    static void AttachTests(IEnumerable<TestNode> tests, RefLookup refs, Dictionary<string, Node> byId)
    {
        foreach (TestNode test in tests.Where(t => t.Generic is not null))
        {
            string[] key = test.FileKeyName!.Split('.', 2);
            if (key[0] == "sources")
            {
                continue;
            }

            Value version = test.VersionOfTarget;
            Node? target = refs.Find(test.PackageName, key[1], version, test.PackageName, out _)
                ?? (refs.DisabledNamed(key[1]) is [Node first, ..] ? first : null);
            if (target is not null)
            {
                test.AttachedNode = target.UniqueId;
                test.Group = target.Group;
            }
        }
    }

    void Resolve(List<Node> enabled, RefLookup refs, Dictionary<string, Node> byId)
    {
        ReferenceResolver resolver = new(_context, refs, byId);
        foreach (Node node in enabled)
        {
            _context.Guard(() => resolver.Resolve(node));
        }

        _context.Guard(() => TimeSpines.Check(enabled));
        _context.Guard(() => SemanticParser.Connect(enabled, byId, refs.AllDisabled));
        new SemanticChecks(_context.Bag).Check(enabled);
    }

    void RenderDescriptions(List<PropertyEntry> entries, List<Node> enabled)
    {
        Dictionary<string, PropertyEntry> places = new(StringComparer.Ordinal);
        foreach (PropertyEntry entry in entries)
        {
            places.TryAdd($"{entry.PatchPath}/{entry.Name}", entry);
        }

        foreach (Node node in enabled)
        {
            if (node.Description.Length == 0 && node.Columns.Count == 0 && node is not (SourceNode or SemanticNode))
            {
                continue;
            }

            Label? place = node.PatchPath is not null && places.TryGetValue($"{node.PatchPath}/{node.Name}", out PropertyEntry? entry) ? entry.PlaceOf("description") : null;
            _context.Guard(() => _docs.Render(node, place));
        }
    }

    Dictionary<string, MacroNode> MacrosById()
    {
        Dictionary<string, MacroNode> macros = new(_macros.Count, StringComparer.Ordinal);
        foreach (MacroNode macro in _macros)
        {
            macros.TryAdd(macro.UniqueId, macro);
        }

        return macros;
    }

    List<MacroNode> ReadMacros(Adapter adapter)
    {
        List<MacroNode> macros = [];
        IEnumerable<MacroPackage> embedded = adapter.MacroPackages.Any(p => p.Name == "dbt")
            ? adapter.MacroPackages
            : [.. adapter.MacroPackages, EmbeddedMacros.Package];
        foreach (MacroPackage package in embedded)
        {
            foreach ((string path, string text) in package.Files)
            {
                macros.AddRange(MacroScanner.Scan(package.Name, path, new SourceText(path, text)));
            }
        }

        Dictionary<string, MacroNode> own = new(StringComparer.Ordinal);
        IEnumerable<ProjectFile> files = _files.Where(f => f.Kind is FileKind.Macro or FileKind.GenericTest);
        foreach (List<MacroNode> found in InParallel(files, (file, _) => MacroScanner.Scan(file.Package.Name, file.OriginalPath, ProjectFiles.Read(file).Source).ToList()))
        {
            foreach (MacroNode macro in found)
            {
                if (own.TryAdd(macro.UniqueId, macro))
                {
                    macros.Add(macro);
                    continue;
                }

                _bag.Error(DbtKinds.Compilation, "P0403", $"dbt found multiple macros named \"{macro.Name}\" in the project, in package {macro.PackageName}: {own[macro.UniqueId].OriginalFilePath} and {macro.OriginalFilePath}",
                    new Label(macro.Source, macro.Span), "rename or remove one of them");
            }
        }

        return macros;
    }

    // One result for each item, in the items' order; what fails goes to the bag.
    List<T> InParallel<TItem, T>(IEnumerable<TItem> items, Func<TItem, RenderContext, T> work, Func<TItem, Label>? place = null)
        where T : class
    {
        TItem[] all = [.. items];
        if (all.Length == 0)
        {
            return [];
        }

        T?[] results = new T?[all.Length];
        Parallel.ForEach(Partitioner.Create(0, all.Length, Math.Max(1, Math.Min(32, all.Length / 8 + 1))), () => new RenderContext(_environment), (range, _, render) =>
        {
            for (int i = range.Item1; i < range.Item2; i++)
            {
                int index = i;
                try
                {
                    results[index] = work(all[index], render);
                }
                catch (Exception e) when (e is JinjaException or GildException)
                {
                    ParsingContext.Report(_bag, e, place is null ? null : () => place(all[index]));
                }
            }

            return render;
        }, render => render.Dispose());
        return [.. results.OfType<T>()];
    }
}
