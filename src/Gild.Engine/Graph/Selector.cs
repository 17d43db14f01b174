using Gild.Engine.Loading;
using Gild.Engine.Manifest;

namespace Gild.Engine.Graph;

/// <summary>Chooses nodes by dbt's selection syntax.</summary>
public static class Selector
{
    /// <summary>Unique ids of what is selected, tests included by the rules of indirect selection.</summary>
    /// <param name="manifest">The nodes.</param>
    /// <param name="dag">Their graph.</param>
    /// <param name="options">What the command line says.</param>
    /// <param name="bag">Takes a warning for each criterion that selects nothing.</param>
    /// <exception cref="GildException">Runtime Error for an unknown method or selector, or a method whose inputs were not given.</exception>
    public static IReadOnlySet<string> Select(ProjectManifest manifest, Dag dag, SelectionOptions options, DiagnosticBag? bag = null)
    {
        SelectionSpec spec = SpecOf(manifest, options);
        Selection selection = new(manifest, dag, new SelectorMethods(manifest, options.State is null ? null
            : new StateComparison(manifest, options.State, new ContractComparison(options.EnforcedConstraints, bag), bag, options.InternalPackages), options.State), bag);
        HashSet<string> selected = selection.Run(spec).Direct;
        selected.RemoveWhere(id => !options.ResourceTypes.Contains(manifest.Nodes[id].ResourceType)
            || (!options.IncludeEmpty && manifest.Nodes[id] is CompilableNode { RawCode: var code } and not SeedNode && string.IsNullOrWhiteSpace(code)));
        return selected;
    }

    static SelectionSpec SpecOf(ProjectManifest manifest, SelectionOptions options)
    {
        string? name = options.Selector ?? (options.Select.Count == 0 && options.Exclude.Count == 0 ? manifest.DefaultSelector : null);
        if (name is null)
        {
            return SelectionSpec.FromCommandLine(options.Select, options.Exclude, options.Indirect);
        }

        // Beside --selector, dbt hears neither --select nor --exclude.
        return manifest.SelectorDefinitions.TryGetValue(name, out Gild.Jinja.Values.Value definition)
            ? SelectionSpec.FromDefinition(definition, options.Indirect)
            : throw new GildException(DbtKinds.Runtime, "C0701", $"Could not find selector named {name}",
                NearestName.Help(name, manifest.Selectors.Keys) ?? (manifest.Selectors.Count == 0
                    ? "selectors are defined in selectors.yml" : $"selectors.yml defines: {string.Join(", ", manifest.Selectors.Keys.Order(StringComparer.Ordinal))}"));
    }

    sealed class Selection(ProjectManifest manifest, Dag dag, SelectorMethods methods, DiagnosticBag? bag)
    {
        public (HashSet<string> Direct, HashSet<string> Indirect) Run(SelectionSpec spec) => spec is Criterion criterion ? OfCriterion(criterion) : OfSet((SelectionSet)spec);

        (HashSet<string> Direct, HashSet<string> Indirect) OfCriterion(Criterion criterion)
        {
            SelectorText text = criterion.Text;
            HashSet<string> found = new(methods.Find(text), StringComparer.Ordinal);
            HashSet<string> selected = new(found, StringComparer.Ordinal);
            if (text.ChildrensParents)
            {
                HashSet<string> children = new(dag.Descendants(found), StringComparer.Ordinal);
                children.UnionWith(found);
                selected.UnionWith(children);
                selected.UnionWith(dag.Ancestors(children));
            }

            if (text.Parents)
            {
                selected.UnionWith(dag.Ancestors(found, text.ParentsDepth));
            }

            if (text.Children)
            {
                selected.UnionWith(dag.Descendants(found, text.ChildrenDepth));
            }

            selected.RemoveWhere(id => !manifest.Nodes[id].Config.Enabled);
            return criterion.Indirect == IndirectSelection.Empty ? (selected, []) : Expand(selected, criterion.Indirect);
        }

        // Tests beside what is selected: taken at once, or kept until all their parents are there.
        (HashSet<string> Direct, HashSet<string> Indirect) Expand(HashSet<string> selected, IndirectSelection mode)
        {
            HashSet<string> direct = new(selected, StringComparer.Ordinal);
            HashSet<string> indirect = new(StringComparer.Ordinal);
            HashSet<string> buildable = mode == IndirectSelection.Buildable ? WithParents(selected, sources: true) : [];
            foreach (string child in selected.SelectMany(dag.Children))
            {
                Node node = manifest.Nodes[child];
                if (node is not (TestNode or UnitTestNode) || !node.Config.Enabled)
                {
                    continue;
                }

                if (mode == IndirectSelection.Eager || node.DependsOnNodes.TrueForAll(selected.Contains)
                    || (mode == IndirectSelection.Buildable && node.DependsOnNodes.TrueForAll(buildable.Contains)))
                {
                    direct.Add(child);
                }
                else
                {
                    indirect.Add(child);
                }
            }

            return (direct, indirect);
        }

        (HashSet<string> Direct, HashSet<string> Indirect) OfSet(SelectionSet set)
        {
            List<(HashSet<string> Direct, HashSet<string> Indirect)> parts = [.. set.Parts.Select(Run)];
            HashSet<string> direct = Combine(set.Operation, [.. parts.Select(p => p.Direct)]);
            HashSet<string> reached = Combine(set.Operation, [.. parts.Select(p => new HashSet<string>(p.Direct.Concat(p.Indirect), StringComparer.Ordinal))]);
            Incorporate(direct, reached, set.Indirect);
            if (set.ExpectedText is { } text && direct.Count == 0)
            {
                bag?.Warn("NoNodesForSelectionCriteria", "C0702", $"The selection criterion '{text}' does not match any enabled nodes",
                    null, HelpFor(set) is { } help ? [help] : []);
            }

            return (direct, reached);
        }

        void Incorporate(HashSet<string> direct, HashSet<string> reached, IndirectSelection mode)
        {
            if (mode is not (IndirectSelection.Cautious or IndirectSelection.Buildable) || direct.SetEquals(reached))
            {
                return;
            }

            HashSet<string> enough = mode == IndirectSelection.Buildable ? WithParents(direct, sources: false) : new(direct, StringComparer.Ordinal);
            direct.UnionWith(reached.Where(id => manifest.Nodes[id] is CompilableNode node && node.DependsOnNodes.TrueForAll(enough.Contains)).ToArray());
        }

        HashSet<string> WithParents(HashSet<string> selected, bool sources)
        {
            HashSet<string> all = new(selected, StringComparer.Ordinal);
            all.UnionWith(dag.Ancestors(selected));
            if (sources)
            {
                all.UnionWith(manifest.NodesInOrder.Where(n => n is SourceNode).Select(n => n.UniqueId));
            }

            return all;
        }

        string? HelpFor(SelectionSet set) => set.Parts is [Criterion { Text: { Method: "fqn", Value: var name } }] && Glob.IsPlain(name)
            ? NearestName.Help(name, manifest.NodesInOrder.Where(n => n is not TestNode).Select(n => n.Name))
            : null;

        static HashSet<string> Combine(SetOperation operation, List<HashSet<string>> parts)
        {
            HashSet<string> result = parts.Count == 0 ? new(StringComparer.Ordinal) : new(parts[0], StringComparer.Ordinal);
            foreach (HashSet<string> part in parts.Skip(1))
            {
                switch (operation)
                {
                    case SetOperation.Union:
                        result.UnionWith(part);
                        break;
                    case SetOperation.Intersection:
                        result.IntersectWith(part);
                        break;
                    default:
                        result.ExceptWith(part);
                        break;
                }
            }

            return result;
        }
    }
}
