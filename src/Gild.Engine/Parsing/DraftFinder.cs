using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Finds the nodes that files define, and the properties that belong to each.</summary>
public sealed class DraftFinder(ParsingContext context)
{
    static readonly Dictionary<FileKind, ResourceType> Types = new()
    {
        [FileKind.Model] = ResourceType.Model,
        [FileKind.Snapshot] = ResourceType.Snapshot,
        [FileKind.Analysis] = ResourceType.Analysis,
        [FileKind.SingularTest] = ResourceType.Test,
        [FileKind.Seed] = ResourceType.Seed,
        [FileKind.Function] = ResourceType.Function,
    };

    /// <summary>The nodes of one file; none for a kind of file that defines none.</summary>
    public static List<NodeDraft> Read(ProjectFile file)
    {
        if (!Types.TryGetValue(file.Kind, out ResourceType type))
        {
            return [];
        }

        if (type == ResourceType.Seed)
        {
            (string name, string value) = ProjectFiles.SeedChecksum(file);
            return [new NodeDraft { File = file, Type = type, Name = file.BaseName, Source = new SourceText(file.OriginalPath, ""), ChecksumName = name, Checksum = value }];
        }

        FileText text = ProjectFiles.Read(file);
        if (type != ResourceType.Snapshot)
        {
            return [new NodeDraft { File = file, Type = type, Name = file.BaseName, Source = text.Source, Checksum = text.Checksum }];
        }

        return [.. BlockScanner.Scan(text.Source, "snapshot").Select(block => new NodeDraft
        {
            File = file,
            Type = type,
            Name = block.Name,
            Source = Part(text.Source, block.Body),
            Checksum = text.Checksum,
        })];
    }

    /// <summary>Snapshots that a property file defines by their <c>relation</c>.</summary>
    public static IEnumerable<NodeDraft> YamlSnapshots(IEnumerable<PropertyEntry> entries)
    {
        foreach (PropertyEntry entry in entries.Where(e => e.Key == "snapshots" && e.Data.TryGetValue("relation", out _)))
        {
            string relation = entry.Data.TextOf("relation")
                ?? throw entry.Error("P0306", $"`relation` of snapshot '{entry.Name}' must be ref('...') or source('...', '...')", "relation");
            StaticReference? reference = StaticReference.Read(relation);
            if (reference is null)
            {
                throw entry.Error("P0306", $"`relation` of snapshot '{entry.Name}' must be ref('...') or source('...', '...'), not {relation}", "relation");
            }

            yield return new NodeDraft
            {
                File = entry.File,
                Type = ResourceType.Snapshot,
                Name = entry.Name,
                Source = new SourceText(entry.File.OriginalPath, "select * from {{ " + relation + " }}"),
                Checksum = ProjectFiles.Read(entry.File).Checksum,
                RelationRef = reference.Ref,
                RelationSource = reference.Source,
                IsYamlSnapshot = true,
            };
        }
    }

    /// <summary>Gives every draft its properties; warns of properties that belong to nothing.</summary>
    public void Match(IReadOnlyList<NodeDraft> drafts, IReadOnlyList<PropertyEntry> entries)
    {
        ILookup<string, NodeDraft> byName = drafts.ToLookup(d => d.Name, StringComparer.Ordinal);
        foreach (PropertyEntry entry in entries)
        {
            context.Guard(() => MatchOne(entry, byName), () => entry.NamePlace);
        }
    }

    void MatchOne(PropertyEntry entry, ILookup<string, NodeDraft> byName)
    {
        ResourceType? type = entry.Key switch
        {
            "models" => ResourceType.Model,
            "seeds" => ResourceType.Seed,
            "snapshots" => ResourceType.Snapshot,
            "analyses" => ResourceType.Analysis,
            "functions" => ResourceType.Function,
            "data_tests" => ResourceType.Test,
            _ => null,
        };
        if (type is null)
        {
            return;
        }

        if (type == ResourceType.Model && entry.Data.ListOf("versions") is { Count: > 0 } versions)
        {
            MatchVersions(entry, versions, byName);
            return;
        }

        NodeDraft[] named = [.. byName[entry.Name].Where(d => d.Type == type)];
        NodeDraft[] own = [.. named.Where(d => d.Package == entry.Package)];
        if (own.Length == 0)
        {
            own = named;
        }
        else if (named.Length > own.Length && Array.TrueForAll(own, d => !IsEnabled(d)) && Array.FindAll(named, IsEnabled) is { Length: > 0 } others)
        {
            // What stands in for a package's node that the project switches off takes its description and config.
            own = others;
        }

        if (own.Length == 0)
        {
            WarnUnmatched(entry, entry.Name, byName);
            return;
        }

        foreach (NodeDraft draft in own)
        {
            Give(draft, entry, null);
        }
    }

    bool IsEnabled(NodeDraft draft) =>
        context.Configs.OfProject(draft.Type, draft.Package, NodeParser.FqnOf(draft, NodeParser.PathOf(draft))).FlagOf("enabled") != false;

    void MatchVersions(PropertyEntry entry, List<Value> versions, ILookup<string, NodeDraft> byName)
    {
        List<DictValue> list = [.. versions.Select(v => v.As<DictValue>()
            ?? throw entry.Error("P0306", $"an element of `versions` of '{entry.Name}' must be a mapping with `v`", "versions"))];
        Value latest = LatestOf(entry, list);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (DictValue version in list)
        {
            Value v = version.ValueOf("v");
            CheckColumns(entry, version);
            if (v.IsNone)
            {
                throw entry.Error("P0306", $"an element of `versions` of '{entry.Name}' has no `v`", "versions");
            }

            if (!seen.Add(v.ToString()))
            {
                throw entry.Error("P0309", $"Found duplicate version: '{v}' in versions list of model '{entry.Name}'", "versions");
            }

            string file = version.TextOf("defined_in") ?? $"{entry.Name}_v{v}";
            NodeDraft[] own = [.. byName[file].Where(d => d.Type == ResourceType.Model && d.Package == entry.Package)];
            if (own.Length == 0 && RefLookup.SameVersion(v, latest))
            {
                own = [.. byName[entry.Name].Where(d => d.Type == ResourceType.Model && d.Package == entry.Package)];
            }

            if (own.Length == 0)
            {
                WarnUnmatched(entry, file, byName);
                continue;
            }

            version["_latest"] = latest;
            Give(own[0], entry, version);
        }
    }

    static void CheckColumns(PropertyEntry entry, DictValue version)
    {
        DictValue[] filters = [.. (version.ListOf("columns") ?? []).Select(c => c.As<DictValue>()).OfType<DictValue>().Where(c => c.TryGetValue("include", out _))];
        string? problem = filters.Length > 1 ? "has more than one include/exclude element in its `columns`"
            : filters is [var filter] && filter.TextOf("include") is { } include && include is not ("all" or "*") ? $"includes '{include}': `include` is all, * or a list of columns"
            : filters is [var listed] && listed.TextOf("include") is null && listed.ListOf("exclude") is { Count: > 0 } ? "has an `exclude` beside a list of columns to include; it goes with all or * alone"
            : null;
        if (problem is not null)
        {
            throw entry.Error("P0309", $"version {version.ValueOf("v")} of model '{entry.Name}' {problem}", "versions");
        }
    }

    static Value LatestOf(PropertyEntry entry, List<DictValue> versions)
    {
        Value latest = entry.Data.ValueOf("latest_version");
        if (latest.IsNone)
        {
            return versions.Select(v => v.ValueOf("v")).Aggregate((a, b) => RefLookup.CompareVersions(a, b) >= 0 ? a : b);
        }

        return versions.Exists(v => RefLookup.SameVersion(v.ValueOf("v"), latest))
            ? latest
            : throw entry.Error("P0309", $"latest_version: {latest} is not one of model '{entry.Name}' versions: {string.Join(", ", versions.Select(v => v.ValueOf("v")))}", "latest_version");
    }

    static void Give(NodeDraft draft, PropertyEntry entry, DictValue? version)
    {
        if (draft.Properties is { } other)
        {
            string id = $"{draft.Type.Word()}.{draft.Package}.{draft.Name}";
            throw new GildException(DbtKinds.Compilation, new Diagnostic("P0410", Severity.Error,
                $"{id} is described twice: in {other.File.OriginalPath} and in {entry.File.OriginalPath}")
            {
                Labels = [entry.NamePlace with { Text = "again here" }, other.NamePlace with { Text = "first here" }],
                Help = ["merge the two descriptions and remove one"],
            });
        }

        draft.Properties = entry;
        draft.Version = version;
    }

    void WarnUnmatched(PropertyEntry entry, string name, ILookup<string, NodeDraft> byName)
    {
        if (byName[name].FirstOrDefault() is { } other && entry.Key is "models" or "seeds" or "snapshots" && byName[name].Any())
        {
            NodeDraft found = byName[name].First();
            context.Bag.Warn("WrongResourceSchemaFile", "P0411",
                $"'{name}' is a {found.Type.Word()} ({found.File.OriginalPath}), but it is described under `{entry.Key}:`", entry.NamePlace,
                $"move it under `{Plural(found.Type)}:`");
            return;
        }

        string? near = NearestName.Help(name, byName.Select(g => g.Key));
        context.Bag.Warn("NoNodeForYamlKey", "P0412",
            $"Did not find matching node for patch with name '{name}' in the '{entry.Key}' section of file '{entry.File.OriginalPath}': this description belongs to nothing", entry.NamePlace, near is null ? [] : [near]);
    }

    static string Plural(ResourceType type) => type == ResourceType.Analysis ? "analyses" : type.Word() + "s";

    static SourceText Part(SourceText whole, Span span)
    {
        LinePosition start = whole.PositionOf(span.Offset);
        return new SourceText(whole.Path, whole.Text.Substring(span.Offset, span.Length), start.Line, start.Column);
    }
}
