using System.Globalization;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Graph;

/// <summary>How parts of a selection are combined.</summary>
enum SetOperation
{
    Union,
    Intersection,
    Difference,
}

/// <summary>A selection as a tree: one criterion, or a set operation over parts.</summary>
abstract record SelectionSpec(IndirectSelection Indirect)
{
    /// <summary>What a command selects when it names nothing.</summary>
    static readonly string[] Everything = ["fqn:*", "source:*", "exposure:*", "metric:*", "semantic_model:*"];

    /// <summary>The tree of <c>--select</c> and <c>--exclude</c>: spaces unite, commas intersect.</summary>
    public static SelectionSpec FromCommandLine(IReadOnlyList<string> select, IReadOnlyList<string> exclude, IndirectSelection indirect) =>
        new SelectionSet(SetOperation.Difference,
            [Union(select.Count > 0 ? select : Everything, select.Count > 0, indirect), Union(exclude, true, indirect)], IndirectSelection.Eager, null);

    /// <summary>The tree of a definition of selectors.yml.</summary>
    /// <exception cref="GildException">Runtime Error for a definition of the wrong shape.</exception>
    public static SelectionSpec FromDefinition(Value definition, IndirectSelection indirect)
    {
        DictValue dict = definition.As<DictValue>() ?? throw Wrong($"a selector's definition must be a mapping, not {definition}");
        foreach ((string key, SetOperation operation) in (ReadOnlySpan<(string, SetOperation)>)[("union", SetOperation.Union), ("intersection", SetOperation.Intersection)])
        {
            if (dict.ListOf(key) is { } parts)
            {
                return FromParts(parts, operation, indirect);
            }
        }

        SelectionSpec criterion = Criterion(dict, indirect);
        return dict.ListOf("exclude") is { Count: > 0 } exclude
            ? new SelectionSet(SetOperation.Difference, [criterion, FromParts(exclude, SetOperation.Union, indirect)], IndirectSelection.Eager, null)
            : criterion;
    }

    static SelectionSet FromParts(List<Value> parts, SetOperation operation, IndirectSelection indirect)
    {
        List<SelectionSpec> included = [];
        SelectionSet? excluded = null;
        foreach (Value part in parts)
        {
            if (part.As<DictValue>() is { Count: 1 } dict && dict.ListOf("exclude") is { } exclude)
            {
                excluded = excluded is null
                    ? FromParts(exclude, SetOperation.Union, indirect)
                    : throw Wrong("a set of a selector can have one `exclude` only");
            }
            else
            {
                included.Add(FromDefinition(part, indirect));
            }
        }

        SelectionSet set = new(operation, included, IndirectSelection.Eager, null);
        return excluded is null ? set : new SelectionSet(SetOperation.Difference, [set, excluded], IndirectSelection.Eager, null);
    }

    static Criterion Criterion(DictValue dict, IndirectSelection indirect)
    {
        string method = dict.TextOf("method") ?? throw Wrong("a selector's definition needs `method` and `value`");
        Value value = dict.ValueOf("value");
        if (value.IsNone)
        {
            throw Wrong($"a selector's definition with method '{method}' has no `value`");
        }

        string[] parts = method.Split('.');
        return new Criterion(new SelectorText(parts[0], parts[1..], value.IsBool ? value.AsBool ? "true" : "false" : value.ToString())
        {
            ChildrensParents = dict.ValueOf("childrens_parents").IsTrue,
            Parents = dict.ValueOf("parents").IsTrue,
            ParentsDepth = Depth(dict, "parents_depth"),
            Children = dict.ValueOf("children").IsTrue,
            ChildrenDepth = Depth(dict, "children_depth"),
        }, dict.TextOf("indirect_selection") is { } own ? IndirectSelections.Parse(own) : indirect);
    }

    static int? Depth(DictValue dict, string key) =>
        dict.ValueOf(key) is { IsNone: false } value && int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int depth) ? depth : null;

    static SelectionSet Union(IReadOnlyList<string> texts, bool expectsNodes, IndirectSelection indirect)
    {
        List<SelectionSpec> parts = [];
        foreach (string text in texts.SelectMany(t => t.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            parts.Add(new SelectionSet(SetOperation.Intersection,
                [.. text.Split(',').Select(part => (SelectionSpec)new Criterion(SelectorText.Read(part), indirect))], indirect, expectsNodes ? text : null));
        }

        return new SelectionSet(SetOperation.Union, parts, indirect, null);
    }

    static GildException Wrong(string message) => new(DbtKinds.Runtime, "C0704", message);
}

/// <summary>One method with a value, and the relatives to take along.</summary>
sealed record Criterion(SelectorText Text, IndirectSelection Indirect) : SelectionSpec(Indirect);

/// <summary>Parts under a set operation.</summary>
/// <param name="Operation">How they are combined.</param>
/// <param name="Parts">In order; a difference takes the later ones from the first.</param>
/// <param name="Indirect">How tests that were reached but not selected are looked at again.</param>
/// <param name="ExpectedText">What the user wrote when a warning is due for nothing found; null for no warning.</param>
sealed record SelectionSet(SetOperation Operation, IReadOnlyList<SelectionSpec> Parts, IndirectSelection Indirect, string? ExpectedText) : SelectionSpec(Indirect);

/// <summary>The words of indirect selection.</summary>
public static class IndirectSelections
{
    /// <exception cref="GildException">Usage Error for another word.</exception>
    public static IndirectSelection Parse(string word) => word.ToLowerInvariant() switch
    {
        "eager" => IndirectSelection.Eager,
        "cautious" => IndirectSelection.Cautious,
        "buildable" => IndirectSelection.Buildable,
        "empty" => IndirectSelection.Empty,
        _ => throw new GildException(DbtKinds.Usage, "C0705", $"'{word}' is no mode of indirect selection", "one of eager, cautious, buildable, empty"),
    };
}
