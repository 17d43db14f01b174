using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Graph;

/// <summary>The methods of the selection syntax: which nodes a method and a value name.</summary>
sealed class SelectorMethods(ProjectManifest manifest, StateComparison? comparison, PreviousState? state)
{

    /// <summary>Unique ids of the nodes that a criterion names, without relatives.</summary>
    public IEnumerable<string> Find(SelectorText text) => Nodes(text).Where(n => n.Config.Enabled).Select(n => n.UniqueId);

    IEnumerable<Node> Nodes(SelectorText text) => text.Method switch
    {
        "fqn" => All.Where(n => n is not SourceNode && MatchesName(n, text.Value)),
        "tag" => All.Where(n => n.Tags.Any(t => Glob.Matches(t, text.Value))),
        "group" => All.Where(n => n.Config.Group is { Length: > 0 } group && Glob.Matches(group, text.Value)),
        "access" => All.Where(n => n is ModelNode model && model.Access == text.Value),
        "source" => Sources(text.Value),
        "path" => Paths(text.Value),
        "file" => Files(text.Value),
        "package" => All.Where(n => Glob.Matches(n.PackageName, text.Value == "this" ? manifest.ProjectName : text.Value)),
        "config" => All.Where(n => n is CompilableNode or SourceNode && MatchesConfig(n, text.Arguments, text.Value)),
        "test_name" => All.Where(n => (n is TestNode { Generic: { } generic } && Glob.Matches(generic.Name, text.Value)) || (n is UnitTestNode && Glob.Matches(n.Name, text.Value))),
        "test_type" => TestType(text.Value),
        "resource_type" => OfType(text.Value),
        "exposure" => Named(ResourceType.Exposure, text),
        "metric" => Named(ResourceType.Metric, text),
        "semantic_model" => Named(ResourceType.SemanticModel, text),
        "saved_query" => Named(ResourceType.SavedQuery, text),
        "unit_test" => Named(ResourceType.UnitTest, text),
        "version" => Versions(text.Value),
        "state" => Comparison("state").Find(text.Arguments.Count > 0 ? string.Join('.', [text.Value, .. text.Arguments]) : text.Value),
        "result" => OfResults(text.Value),
        "source_status" => OfSourceStatus(text.Value),
        _ => throw Wrong($"'{text.Method}' is not a valid method name", NearestName.Help(text.Method, SelectorText.Methods) ?? $"methods are: {string.Join(", ", SelectorText.Methods)}"),
    };

    IReadOnlyList<Node> All => manifest.NodesInOrder;

    static bool MatchesName(Node node, string name)
    {
        bool versioned = node is ModelNode { Version.IsNone: false };
        return MatchesFqn(node.Fqn, 0, name, versioned) || MatchesFqn(node.Fqn, 1, name, versioned);
    }

    static bool MatchesFqn(IReadOnlyList<string> fqn, int from, string name, bool versioned)
    {
        int count = fqn.Count - from;
        if (count <= 0)
        {
            return false;
        }

        string[] parts = name.Split('.');
        if (versioned)
        {
            if (count >= 2 && (fqn[^2] == name || (parts.Length >= 2
                ? $"{fqn[^2]}_{fqn[^1]}" == $"{parts[^2]}_{parts[^1]}"
                : $"{fqn[^2]}_{fqn[^1]}" == name)))
            {
                return true;
            }
        }
        else if (fqn[^1] == name)
        {
            return true;
        }

        List<string> flat = [];
        for (int i = from; i < fqn.Count; i++)
        {
            flat.AddRange(fqn[i].Split('.'));
        }

        if (flat.Count < parts.Length)
        {
            return false;
        }

        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].AsSpan().IndexOfAny('*', '?', '[') >= 0 || parts[i].Contains(']', StringComparison.Ordinal))
            {
                return Glob.Matches(string.Join('.', flat.Skip(i)), string.Join('.', parts.Skip(i)));
            }

            if (flat[i] != parts[i])
            {
                return false;
            }
        }

        return true;
    }

    IEnumerable<Node> Sources(string value)
    {
        string[] parts = value.Split('.');
        (string package, string source, string table) = parts.Length switch
        {
            1 => ("*", parts[0], "*"),
            2 => ("*", parts[0], parts[1]),
            3 => (parts[0], parts[1], parts[2]),
            _ => throw Wrong($"Invalid source selector value \"{value}\"", "write source, source.table or package.source.table"),
        };
        return All.OfType<SourceNode>().Where(s => Glob.Matches(s.PackageName, package) && Glob.Matches(s.SourceName, source) && Glob.Matches(s.Name, table));
    }

    IEnumerable<Node> Named(ResourceType type, SelectorText text)
    {
        string[] parts = text.Value.Split('.');
        (string package, string name) = parts.Length switch
        {
            1 => ("*", parts[0]),
            2 => (parts[0], parts[1]),
            _ => throw Wrong($"Invalid {text.Method} selector value \"{text.Value}\"", "write name or package.name"),
        };
        return All.Where(n => n.ResourceType == type && Glob.Matches(n.PackageName, package) && Glob.Matches(n.Name, name));
    }

    IEnumerable<Node> Paths(string value)
    {
        string pattern = value.Replace('\\', '/');
        while (pattern.StartsWith("./", StringComparison.Ordinal))
        {
            pattern = pattern[2..];
        }

        pattern = pattern.TrimEnd('/');
        return All.Where(n => MatchesPath(n.OriginalFilePath, pattern)
            || (n.PatchPath is { } patch && Glob.MatchesPath(patch[(patch.IndexOf("://", StringComparison.Ordinal) + 3)..], pattern)));
    }

    // A path names a file, or a folder and all below it.
    static bool MatchesPath(string path, string pattern)
    {
        for (string at = path; at.Length > 0; at = at.LastIndexOf('/') is > 0 and var slash ? at[..slash] : "")
        {
            if (Glob.MatchesPath(at, pattern))
            {
                return true;
            }
        }

        return false;
    }

    IEnumerable<Node> Files(string value) => All.Where(n =>
        Glob.Matches(System.IO.Path.GetFileName(n.OriginalFilePath), value) || Glob.Matches(System.IO.Path.GetFileNameWithoutExtension(n.OriginalFilePath), value));

    static bool MatchesConfig(Node node, IReadOnlyList<string> keys, string wanted)
    {
        Value value = node.Config.Values;
        foreach (string key in keys)
        {
            string found = key is "pre_hook" or "post_hook" ? key.Replace('_', '-') : key;
            if (value.As<DictValue>() is not { } dict || !dict.TryGetValue(found, out value))
            {
                return false;
            }
        }

        bool severity = keys is ["severity"];
        return value.As<ListValue>() is { } list ? list.Elements.Exists(e => Same(e, wanted, severity)) : Same(value, wanted, severity);
    }

    static bool Same(Value value, string wanted, bool ignoreCase) => value.IsBool
        ? wanted.Equals(value.AsBool ? "true" : "false", StringComparison.OrdinalIgnoreCase)
        : value.TryGetText(out string text) ? string.Equals(text, wanted, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)
        : value.IsNumber && value.ToString() == wanted;

    IEnumerable<Node> TestType(string value) => value switch
    {
        "generic" or "schema" => All.Where(n => n is TestNode { Generic: not null }),
        "singular" => All.Where(n => n is TestNode { Generic: null }),
        "data" => All.Where(n => n is TestNode),
        "unit" => All.Where(n => n is UnitTestNode),
        _ => throw Wrong($"Invalid test type selector {value}", "one of generic, singular, unit, data"),
    };

    IEnumerable<Node> OfType(string value)
    {
        IEnumerable<ResourceType> types = Enum.GetValues<ResourceType>().Where(t => t.Word() == value);
        return types.Any() ? All.Where(n => types.Contains(n.ResourceType))
            : throw Wrong($"Invalid resource_type selector \"{value}\"", NearestName.Help(value, Enum.GetValues<ResourceType>().Select(t => t.Word())) ?? "for example model, seed, test");
    }

    IEnumerable<Node> Versions(string value)
    {
        IEnumerable<ModelNode> models = All.OfType<ModelNode>();
        return value switch
        {
            "latest" => models.Where(m => !m.Version.IsNone && RefLookup.SameVersion(m.Version, m.LatestVersion)),
            "prerelease" => models.Where(m => !m.Version.IsNone && Compare(m) > 0),
            "old" => models.Where(m => !m.Version.IsNone && Compare(m) < 0),
            "none" => models.Where(m => m.Version.IsNone),
            _ => throw Wrong($"Invalid version type selector {value}", "one of latest, prerelease, old, none"),
        };

        static int Compare(ModelNode model) => RefLookup.CompareVersions(model.Version, model.LatestVersion);
    }

    StateComparison Comparison(string method) => comparison is { HasManifest: true }
        ? comparison
        : throw Wrong($"Got a {method} selector method, but no comparison manifest", "name the folder of earlier artifacts with --state");

    IEnumerable<Node> OfResults(string status)
    {
        IReadOnlyDictionary<string, string> results = state?.Results
            ?? throw Wrong("Got a result selector method, but no comparison run results", "name the folder of an earlier run_results.json with --state");
        return All.Where(n => results.TryGetValue(n.UniqueId, out string? was) && was == status);
    }

    IEnumerable<Node> OfSourceStatus(string value)
    {
        IReadOnlyDictionary<string, string> before = state?.SourcesLoadedAt
            ?? throw Wrong("No previous state comparison freshness results in sources.json", "run `source freshness` and name its folder with --state");
        IReadOnlyDictionary<string, string> now = state.CurrentSourcesLoadedAt
            ?? throw Wrong("No current state comparison freshness results in sources.json", "run `source freshness` first");
        return value == "fresher"
            ? All.Where(n => now.TryGetValue(n.UniqueId, out string? loaded) && (!before.TryGetValue(n.UniqueId, out string? earlier) || string.CompareOrdinal(loaded, earlier) > 0))
            : [];
    }

    static GildException Wrong(string message, params string[] help) => new(DbtKinds.Runtime, "C0701", message, help);
}
