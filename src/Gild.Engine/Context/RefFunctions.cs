using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>ref, source, function, metric and doc: recorded while parsing, resolved when running.</summary>
public sealed partial class NodeContext
{
    Value Ref(RenderContext context, Arguments arguments)
    {
        (string? package, string name, Value version) = RefArguments(arguments);
        if (Recorder is { } recorder)
        {
            recorder.Refs.Add(new RefCall(package, name, version, default));
            return ThisOrNone();
        }

        if (Run is null)
        {
            throw new JinjaException("CompilationError", "ref() cannot be used here");
        }

        CompilableNode found = Run.Refs.Find(package, name, version, Package) ?? throw NotFound(package, name, version);
        CheckDependency(found, name, "ref");
        if (Overrides is { } overrides && overrides.Inputs.TryGetValue(found.UniqueId, out string? cte))
        {
            return InputRelation(found.UniqueId, cte);
        }

        if (Overrides is not null && Node?.ResourceType == ResourceType.UnitTest)
        {
            // A unit test sees what it is given and nothing else.
            throw NotFound(package, name, version).WithHelp($"give its rows: `given: [{{input: ref('{name}'){(version.IsNone || version.IsUndefined ? "" : $" with v={version}")}, rows: [...]}}]`");
        }

        if (found.IsEphemeral)
        {
            if (!EphemeralRefs.Contains(found.UniqueId))
            {
                EphemeralRefs.Add(found.UniqueId);
            }

            Value injected = RelationFactory.Cte("__dbt__cte__" + found.Alias, Adapter);
            return EmptyRefs && injected.As<RelationObject>() is { } named ? new RelationObject(named.Relation with { Limit = 0 }, Adapter) : injected;
        }

        return new RelationObject(Limited(Deferred(context, found) ?? RelationFactory.Of(found, Factory), found), Adapter);
    }

    /// <summary>The arguments of a ref: <c>ref('m')</c>, <c>ref('pkg', 'm')</c>, either with <c>v=</c> or <c>version=</c>; other keywords count for nothing, as in dbt.</summary>
    internal static (string? Package, string Name, Value Version) RefArguments(Arguments arguments)
    {
        Value version = arguments.TryGetKeyword("version", out Value v) || arguments.TryGetKeyword("v", out v) ? v : Value.None;
        if (arguments.Count is not (1 or 2))
        {
            throw new JinjaException("CompilationError", $"ref() takes at most two arguments ({arguments.Count} given)");
        }

        foreach (Value argument in arguments.Positional)
        {
            if (!argument.TryGetText(out _))
            {
                throw new JinjaException(
                    "CompilationError", $"The name argument to ref() must be a string, got {ValueText.TypeNameOf(argument)}");
            }
        }

        return arguments.Count == 1
            ? (null, arguments.Positional[0].ToString(), version)
            : (arguments.Positional[0].ToString(), arguments.Positional[1].ToString(), version);
    }

    Value ThisOrNone()
    {
        Value relation = This();
        return relation.IsUndefined ? new RelationObject(new Relation { Schema = Adapter.Target.Schema, Identifier = "dbt_parse" }, Adapter) : relation;
    }

    Relation Limited(Relation relation, Node read)
    {
        relation = EmptyRefs ? relation with { Limit = 0 } : relation;
        EventTimeWindow? window = EventTime ?? Invocation.Sample?.ToSql();
        return window is not null && Overrides is null && Node is ModelNode or SnapshotNode && read.Config.Text("event_time") is { } column
            ? relation with { Filter = new EventTimeFilter(EventTimeColumn(read, column), window.Start, window.End) }
            : relation;
    }

    /// <summary>The column of event time, quoted where the column or the node that has it says so.</summary>
    string EventTimeColumn(Node read, string column)
    {
        bool? quote = read.Columns.TryGetValue(column, out NodeColumn? described) ? described.Quote : null;
        if (quote is null && read is SourceNode source && source.Quoting.TryGetValue("column", out Value ofSource) && ofSource.IsBool)
        {
            quote = ofSource.AsBool;
        }

        return quote == true ? Adapter.QuoteCharacter + column + Adapter.QuoteCharacter : column;
    }

    /// <summary>The window of event time that refs are cut to (microbatch, sample); null for none.</summary>
    public EventTimeWindow? EventTime { get; init; }

    Relation? Deferred(RenderContext context, CompilableNode node)
    {
        if (Run is null || !Run.Deferred.TryGetValue(node.UniqueId, out Relation? earlier))
        {
            return null;
        }

        if (Run.FavorState && !Run.SelectedResources.Contains(node.UniqueId))
        {
            return earlier;
        }

        Relation own = RelationFactory.Of(node, Factory);
        return new AdapterObject(this).GetRelation(context, own.Database, own.Schema, own.Identifier ?? "") is null ? earlier : null;
    }

    void CheckDependency(Node found, string name, string function)
    {
        if (Node is null || Node.ResourceType is ResourceType.Operation or ResourceType.SqlOperation
            || found.UniqueId == Node.UniqueId || Node.DependsOnNodes.Contains(found.UniqueId) || Node is TestNode { Generic: not null })
        {
            return;
        }

        string call = function == "ref" ? $"ref('{name}')" : $"{function}('{name}')";
        throw new JinjaException(
            "CompilationError",
            $"dbt was unable to infer all dependencies for the model \"{Node.Name}\".\n"
            + "This typically happens when ref() is placed within a conditional block.\n\n"
            + $"To fix this, add the following hint to the top of the model \"{Node.Name}\":\n\n-- depends_on: {{{{ {call} }}}}");
    }

    JinjaException NotFound(string? package, string name, Value version)
    {
        string what = Node is null ? "An operation" : $"{Capital(Node.ResourceType.Word())} '{Node.UniqueId}' ({Node.OriginalFilePath})";
        string which = version.IsNone || version.IsUndefined ? "" : $" version '{version}'";
        string where = package is null ? "" : $" in package '{package}'";
        JinjaException error = new("CompilationError", $"{what} depends on a node named '{name}'{which}{where} which was not found");
        string? near = NearestName.Find(name, Run!.Refs.Names);
        return near is null ? error : error.WithHelp($"a node with a similar name exists: `{near}`");
    }

    static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    Value Source(RenderContext context, Arguments arguments)
    {
        if (arguments.Count != 2)
        {
            throw new JinjaException("CompilationError", $"source() takes exactly two arguments ({arguments.Count} given)");
        }

        string source = arguments.Positional[0].ToString();
        string table = arguments.Positional[1].ToString();
        if (Recorder is { } recorder)
        {
            recorder.Sources.Add(new SourceCall(source, table, default));
            return ThisOrNone();
        }

        if (Run is null)
        {
            throw new JinjaException("CompilationError", "source() cannot be used here");
        }

        SourceNode found = Run.Refs.FindSource(source, table, Package) ?? throw new JinjaException(
            "CompilationError",
            $"{(Node is null ? "An operation" : $"{Capital(Node.ResourceType.Word())} '{Node.UniqueId}' ({Node.OriginalFilePath})")} depends on a source named '{source}.{table}' which was not found");
        if (Overrides is { } overrides && overrides.Inputs.TryGetValue(found.UniqueId, out string? cte))
        {
            return InputRelation(found.UniqueId, cte);
        }

        if (Overrides is not null && Node?.ResourceType == ResourceType.UnitTest)
        {
            throw new JinjaException("CompilationError", $"Unit test '{Node.Name}' depends on a source named '{source}.{table}' which was not found")
                .WithHelp($"give its rows: `given: [{{input: source('{source}', '{table}'), rows: [...]}}]`");
        }

        if (found.Outside?.Refusal is { } refusal)
        {
            throw new JinjaException("CompilationError", $"source('{source}', '{table}') cannot be read: {refusal}");
        }

        return new RelationObject(Limited(RelationFactory.Of(found, Factory), found), Adapter);
    }

    Value UserFunction(RenderContext context, Arguments arguments)
    {
        (string? package, string name, _) = RefArguments(arguments);
        if (Recorder is { } recorder)
        {
            recorder.Functions.Add(new ListValue(package is null ? [Value.From(name)] : [Value.From(package), Value.From(name)]));
            return ThisOrNone();
        }

        FunctionNode found = Run?.Refs.FindFunction(package, name, Package)
            ?? throw new JinjaException("CompilationError", $"a function named '{name}' was not found");
        Relation relation = Deferred(context, found) ?? RelationFactory.Of(found, Factory) with { Quoting = Adapter.DefaultQuoting };
        return new RelationObject(relation with { Type = RelationType.Function }, Adapter);
    }

    Value Metric(RenderContext context, Arguments arguments)
    {
        (string? package, string name, _) = RefArguments(arguments);
        if (Recorder is { } recorder)
        {
            recorder.Metrics.Add(new ListValue(package is null ? [Value.From(name)] : [Value.From(package), Value.From(name)]));
        }

        return Value.From(new MetricReference(name, package, FindMetric(package, name)));
    }

    /// <summary>The metric itself, which templates see once they run; null while they are read.</summary>
    DictValue? FindMetric(string? package, string name)
    {
        foreach (string searched in Run is null ? [] : package is null ? new[] { Package, Run.Manifest.ProjectName } : [package])
        {
            if (Run!.Manifest.Nodes.TryGetValue($"metric.{searched}.{name}", out Node? metric))
            {
                return NodeView.OfAny(metric);
            }
        }

        return null;
    }

    Value Doc(RenderContext context, Arguments arguments)
    {
        string name = arguments.Require(arguments.Count - 1, "name", "doc").ToString();
        string? package = arguments.Count == 2 ? arguments.Positional[0].ToString() : null;
        if (Run is null)
        {
            return Value.EmptyString;
        }

        foreach (string searched in package is null ? new[] { Package, Run.Manifest.ProjectName } : [package])
        {
            if (Run.Manifest.Docs.TryGetValue($"doc.{searched}.{name}", out DocNode? doc))
            {
                return doc.Contents;
            }
        }

        return Run.Manifest.Docs.Values.FirstOrDefault(d => d.Name == name && package is null) is { } any
            ? any.Contents
            : throw new JinjaException("CompilationError", $"Documentation for '{name}' not found");
    }
}

/// <summary>A window of event time as it stands in SQL; either bound may be missing.</summary>
public sealed record EventTimeWindow(string? Start, string? End);

/// <summary>
/// Relations of nodes. Names of the project's own nodes are quoted as the root project's <c>quoting</c> says, and no <c>quoting</c> config of a
/// node changes that. Sources and functions that are read know only the adapter's default and their own <c>quoting</c>.
/// </summary>
public static class RelationFactory
{
    public static Relation Of(CompilableNode node, ContextFactory factory) => new()
    {
        Database = node.Database,
        Schema = node.Schema,
        Identifier = node.Alias,
        Quoting = factory.Project.Quoting,
        Including = factory.Adapter.DefaultIncluding,
        QuoteCharacter = factory.Adapter.QuoteCharacter,
        RequireAlias = factory.Adapter.RequireAlias,
    };

    /// <summary>A source as <c>source()</c> gives it.</summary>
    public static Relation Of(SourceNode source, ContextFactory factory) => Of(source, factory, factory.Adapter.DefaultQuoting);

    /// <summary>A source as freshness queries name it: with the project's <c>quoting</c> beneath its own.</summary>
    public static Relation InProject(SourceNode source, ContextFactory factory) => Of(source, factory, factory.Project.Quoting);

    static Relation Of(SourceNode source, ContextFactory factory, QuotePolicy quoting) => new()
    {
        Database = source.Database,
        Schema = source.Schema,
        Identifier = source.Identifier,
        Quoting = RelationClass.QuotePolicyOf(source.Quoting, quoting),
        Including = factory.Adapter.DefaultIncluding,
        QuoteCharacter = factory.Adapter.QuoteCharacter,
        RequireAlias = factory.Adapter.RequireAlias,
        External = source.Outside?.Text,
    };

    /// <summary>A name in the same statement, unquoted.</summary>
    public static RelationObject Cte(string name, Adapter adapter) => new(
        new Relation { Identifier = name, Type = RelationType.Cte, Quoting = new QuotePolicy(true, true, false), QuoteCharacter = adapter.QuoteCharacter },
        adapter);
}
