using System.Collections.Concurrent;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Makes test nodes from the <c>data_tests</c> of property files.</summary>
public sealed class GenericTests(ParsingContext context, NodeParser nodes)
{
    readonly ConcurrentDictionary<string, Template> _templates = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<(string Package, MacroNode Macro), IReadOnlySet<string>> _visible = new();

    /// <summary>All tests of an entry.</summary>
    public IEnumerable<TestNode> Parse(PropertyEntry entry, RenderContext render, YamlRenderer renderer)
    {
        switch (entry.Key)
        {
            case "models" when entry.Data.ListOf("versions") is { Count: > 0 } versions:
                return versions.Select(v => v.As<DictValue>()).OfType<DictValue>().SelectMany((version, i) => OfVersion(entry, version, i, render, renderer));
            case "models" or "seeds" or "snapshots":
                TestTarget target = new(entry, entry.Name, $"ref('{entry.Name}')", Value.None, null);
                return OfColumns(target, entry.Data, entry.Node, entry.Data.FlagOf("quote_columns"), [], null, render, renderer)
                    .Concat(OfList(target, entry.Data, entry.Node, null, [], render, renderer));
            case "sources":
                return OfSource(entry, render, renderer);
            default:
                return [];
        }
    }

    IEnumerable<TestNode> OfVersion(PropertyEntry entry, DictValue version, int index, RenderContext render, YamlRenderer renderer)
    {
        Value v = version.ValueOf("v");
        YamlMapping versionNode = entry.Node.Find("versions")?.AsSequence?.Items[index].AsMapping ?? entry.Node;
        TestTarget target = new(entry, entry.Name, $"ref('{entry.Name}', version='{v}')", v, null);
        IEnumerable<TestNode> columns = OfColumns(target, entry.Data, entry.Node, entry.Data.FlagOf("quote_columns"), [], version, render, renderer);
        return version.ListOf("data_tests") is not null
            ? columns.Concat(OfList(target, version, versionNode, null, [], render, renderer))
            : columns.Concat(OfList(target, entry.Data, entry.Node, null, [], render, renderer));
    }

    IEnumerable<TestNode> OfSource(PropertyEntry entry, RenderContext render, YamlRenderer renderer)
    {
        List<Value> tables = entry.Data.ListOf("tables") ?? [];
        for (int i = 0; i < tables.Count; i++)
        {
            if (tables[i].As<DictValue>() is not { } table || table.TextOf("name") is not { } name)
            {
                continue;
            }

            YamlMapping node = entry.Node.Find("tables")?.AsSequence?.Items[i].AsMapping ?? entry.Node;
            TestTarget target = new(entry, $"{entry.Name}_{name}", $"source('{entry.Name}', '{name}')", Value.None, name);
            bool? quote = table.DictOf("quoting")?.FlagOf("column") ?? entry.Data.DictOf("quoting")?.FlagOf("column");
            List<string> tags = [.. entry.Data.TextsOf("tags"), .. table.TextsOf("tags")];
            foreach (TestNode test in OfColumns(target, table, node, quote, tags, null, render, renderer)
                .Concat(OfList(target, table, node, null, tags, render, renderer)))
            {
                yield return test;
            }
        }
    }

    IEnumerable<TestNode> OfColumns(
        TestTarget target, DictValue owner, YamlMapping node, bool? quoteColumns, List<string> tags, DictValue? version,
        RenderContext render, YamlRenderer renderer)
    {
        YamlSequence? columnNodes = node.Find("columns")?.AsSequence;
        List<Value> all = owner.ListOf("columns") ?? [];
        foreach (DictValue column in NodeProperties.ColumnDicts(owner, version))
        {
            if (column.TextOf("name") is not { } name || column.ValueOf("data_tests").IsNone)
            {
                continue;
            }

            int index = all.FindIndex(c => ReferenceEquals(c.AsObject, column));
            YamlMapping place = (index >= 0 && columnNodes is not null && index < columnNodes.Items.Count ? columnNodes.Items[index].AsMapping : null) ?? node;
            bool quote = column.FlagOf("quote") ?? quoteColumns ?? false;
            string columnName = quote ? context.Adapter.QuoteCharacter + name + context.Adapter.QuoteCharacter : name;
            List<string> columnTags = [.. tags, .. column.TextsOf("tags"), .. column.DictOf("config")?.TextsOf("tags") ?? []];
            foreach (TestNode test in OfList(target, column, place, columnName, columnTags, render, renderer))
            {
                yield return test;
            }
        }
    }

    readonly bool _nestsArguments = context.Project.Flags.FlagOf("require_generic_test_arguments_property") != false;

    IEnumerable<TestNode> OfList(
        TestTarget target, DictValue owner, YamlMapping node, string? column, List<string> tags, RenderContext render, YamlRenderer renderer)
    {
        Value given = owner.ValueOf("data_tests");
        if (!given.IsNone && owner.ListOf("data_tests") is null)
        {
            context.Guard(() => throw new GildException(DbtKinds.Parsing, new Diagnostic("P0424", Severity.Error, $"`data_tests` of {(column is null ? "" : $"column '{column}' of ")}'{target.Name}' must be a list")
            {
                Labels = [((node.FindKey("data_tests") ?? node.FindKey("tests")) is { } key ? key : node).Place()],
                Help = ["begin each test with a dash: - not_null"],
            }));
            yield break;
        }

        List<Value> tests = owner.ListOf("data_tests") ?? [];
        YamlSequence? places = (node.Find("data_tests") ?? node.Find("tests"))?.AsSequence;
        for (int i = 0; i < tests.Count; i++)
        {
            YamlNode place = places is not null && i < places.Items.Count ? places.Items[i] : node;
            TestNode? test = null;
            int index = i;
            context.Guard(() => test = Build(GenericTestSpec.Read(target, tests[index], column, place, renderer, context.Bag, _nestsArguments), tags, render, renderer), () => place.Place());
            if (test is not null)
            {
                yield return test;
            }
        }
    }

    TestNode Build(GenericTestSpec spec, List<string> tags, RenderContext render, YamlRenderer renderer)
    {
        PropertyEntry entry = spec.Target.Entry;
        string original = entry.File.OriginalPath;
        string raw = spec.RawCode();
        List<string> ownTags = spec.Config.TextsOf("tags");
        List<string> fqn = [entry.Package, .. original.Split('/')[1..^1], spec.FullName];
        TestNode node = new()
        {
            UniqueId = $"test.{entry.Package}.{spec.FullName}.{spec.Hash}",
            ResourceType = ResourceType.Test,
            Name = spec.FullName,
            PackageName = entry.Package,
            Path = spec.ShortName + ".sql",
            OriginalFilePath = original,
            RawCode = raw,
            Source = new SourceText(original, raw),
            Generic = new GenericTestInfo(spec.Name, spec.Namespace, spec.Arguments, spec.Place.Span),
            ColumnName = spec.ColumnName,
            VersionOfTarget = spec.Target.Version,
            FileKeyName = $"{entry.Key}.{entry.Name}",
            Fqn = fqn,
            Description = spec.Description,
            Checksum = "",
            ChecksumName = "none",
            Alias = spec.FullName,
            Schema = context.Names.DefaultSchema,
            Database = context.Names.DefaultDatabase,
            Tags = [.. tags.Concat(ownTags).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
        DictValue ofProject = context.Configs.OfProject(ResourceType.Test, entry.Package, fqn);
        MacroNode? macro = FindMacro(spec, entry.Package);
        if (macro is null)
        {
            IEnumerable<string> known = context.Context.Macros.NamesFrom(entry.Package).Where(n => n.StartsWith("test_", StringComparison.Ordinal)).Select(n => n[5..]);
            context.Bag.Warn("UnknownGenericTest", "P0426", $"no test is called '{spec.Name}' ({node.UniqueId} will fail when it runs)", spec.Place,
                NearestName.Help(spec.Name, known) is { } help ? [help] : []);
        }
        else
        {
            // dbt takes the project's own test of this name for the dependency, even where the test of a package is meant.
            macro = context.Context.Macros.TryFindInPackage(entry.Package, macro.Name, out MacroNode own)
                || context.Context.Macros.TryFindInPackage(context.Context.Macros.RootPackage, macro.Name, out own) ? own : macro;
            node.DependsOnMacros.Add(macro.UniqueId);
        }

        ParseRecorder recorder = new();
        ConfigMerge.AddWritten(recorder.Written, spec.Config);
        ConfigMerge.AddCall(recorder.Config, spec.Config);
        if (macro is not null && IsPlain(macro, spec))
        {
            AddTarget(node, spec);
        }
        else
        {
            RenderFor(node, recorder, render, macro is null ? null : VisibleTo(entry.Package, macro));
        }

        NodeParser.Take(node, recorder);
        nodes.Configure(node, fqn, ofProject, null, recorder.Config, () => spec.Place, recorder.Written);
        return node;
    }

    MacroNode? FindMacro(GenericTestSpec spec, string package)
    {
        MacroNamespace macros = context.Context.Macros;
        string name = "test_" + spec.Name;
        bool found = spec.Namespace is null
            ? macros.TryFind(name, package, out MacroNode macro)
            : macros.TryFindInPackage(spec.Namespace, name, out macro);
        return found ? macro : null;
    }

    // The two commonest built-in tests read nothing but their target and set no config: no need to run them.
    bool IsPlain(MacroNode macro, GenericTestSpec spec) =>
        spec.Name is "not_null" or "unique" && context.Context.Macros.IsInternal(macro.PackageName);

    static void AddTarget(TestNode node, GenericTestSpec spec)
    {
        PropertyEntry entry = spec.Target.Entry;
        if (spec.Target.Table is { } table)
        {
            node.Sources.Add(new SourceCall(entry.Name, table, default));
        }
        else
        {
            node.Refs.Add(new RefCall(null, entry.Name, spec.Target.Version, default));
        }
    }

    // While parsing, a test sees its macro, what that depends on, and what wraps its model.
    IReadOnlySet<string> VisibleTo(string package, MacroNode macro) => _visible.GetOrAdd((package, macro), key =>
    {
        MacroNamespace macros = context.Context.Macros;
        Dictionary<string, MacroNode> found = new(StringComparer.Ordinal);
        Stack<MacroNode> open = new([key.Macro]);
        if (macros.TryFind("get_where_subquery", key.Package, out MacroNode where))
        {
            open.Push(where);
        }

        while (open.TryPop(out MacroNode? next))
        {
            if (found.TryAdd(next.UniqueId, next))
            {
                foreach (string id in next.DependsOnMacros)
                {
                    string[] parts = id.Split('.', 3);
                    if (macros.TryFindInPackage(macros.IsInternal(parts[1]) ? MacroNamespace.InternalNamespace : parts[1], parts[2], out MacroNode called))
                    {
                        open.Push(called);
                    }
                }
            }
        }

        return found.Keys.ToHashSet(StringComparer.Ordinal);
    });

    void RenderFor(TestNode node, ParseRecorder recorder, RenderContext render, IReadOnlySet<string>? visible)
    {
        node.Config = new NodeConfig(recorder.Config.Copy());
        Template template = _templates.GetOrAdd(node.RawCode, code => context.Environment.Compile(new SourceText(node.OriginalFilePath, code)));
        template.Render(render, visible is null ? context.Context.ForParse(node, recorder) : context.Context.ForParse(node, recorder, visible));
    }
}
