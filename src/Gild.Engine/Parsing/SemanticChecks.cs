using System.Text.RegularExpressions;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>
/// What semantic models must keep to so that MetricFlow can query them: names that can be columns and mean one thing, a time to aggregate
/// measures by, and one primary entity. As in dbt they are asked for where a project has both semantic models and metrics.
/// </summary>
public sealed partial class SemanticChecks(DiagnosticBag bag)
{
    static readonly (string Key, string Word)[] ElementKinds = [("measures", "measure"), ("entities", "entity"), ("dimensions", "dimension")];

    public void Check(IReadOnlyList<Node> nodes)
    {
        SemanticNode[] models = [.. nodes.OfType<SemanticNode>().Where(n => n.ResourceType == ResourceType.SemanticModel)];
        if (models.Length == 0 || !nodes.Any(n => n.ResourceType == ResourceType.Metric))
        {
            return;
        }

        Dictionary<string, string> measures = new(StringComparer.Ordinal);
        foreach (SemanticNode model in models)
        {
            CheckElements(model);
            CheckPrimaryEntity(model);
            foreach (DictValue measure in Elements(model, "measures"))
            {
                CheckTime(model, measure);
                string name = measure.TextOf("name") ?? "";
                if (!measures.TryAdd(name, model.Name))
                {
                    Fail(model, $"Found measure with name {name} in multiple semantic models: {measures[name]} and {model.Name}", "name each measure once in the project");
                }
            }
        }
    }

    static IEnumerable<DictValue> Elements(SemanticNode model, string key) => (model.Properties.ListOf(key) ?? []).Select(e => e.As<DictValue>()).OfType<DictValue>();

    static bool IsOfType(DictValue element, string type) => string.Equals(element.TextOf("type"), type, StringComparison.OrdinalIgnoreCase);

    void CheckElements(SemanticNode model)
    {
        Dictionary<string, string> seen = new(StringComparer.Ordinal);
        foreach ((string key, string word) in ElementKinds)
        {
            foreach (DictValue element in Elements(model, key))
            {
                string name = element.TextOf("name") ?? "";
                if (!seen.TryAdd(name, word))
                {
                    Fail(model, $"In semantic model `{model.Name}`, can't use name `{name}` for a {word} when it was already used for a {seen[name]}");
                }

                if (!NamePattern().IsMatch(name))
                {
                    Fail(model, $"Invalid name `{name}` of a {word} of semantic model `{model.Name}`",
                        "two or more lower case letters, digits and single underscores; a letter first, no underscore last");
                }
            }
        }
    }

    void CheckTime(SemanticNode model, DictValue measure)
    {
        string? time = measure.TextOf("agg_time_dimension") ?? model.Properties.DictOf("defaults")?.TextOf("agg_time_dimension");
        if (time is null)
        {
            Fail(model, $"Aggregation time dimension for measure {measure.TextOf("name")} on semantic model {model.Name} is not set",
                "set `agg_time_dimension` of the measure, or in `defaults` of the semantic model");
        }
        else if (!Elements(model, "dimensions").Any(d => d.TextOf("name") == time && IsOfType(d, "time")))
        {
            Fail(model, $"In semantic model '{model.Name}', measure '{measure.TextOf("name")}' has the aggregation time dimension set to '{time}', which is not a valid time dimension in the semantic model",
                NearestName.Help(time, Elements(model, "dimensions").Select(d => d.TextOf("name") ?? "")) ?? "name a dimension of type time");
        }
    }

    void CheckPrimaryEntity(SemanticNode model)
    {
        string[] primary = [.. Elements(model, "entities").Where(e => IsOfType(e, "primary")).Select(e => e.TextOf("name") ?? "")];
        string? named = model.Properties.TextOf("primary_entity");
        if (primary.Length > 1)
        {
            Fail(model, $"Semantic models can have only one primary entity. The semantic model `{model.Name}` has {primary.Length}: {string.Join(", ", primary)}");
        }
        else if (primary.Length == 1 && named is not null)
        {
            Fail(model, $"The semantic model `{model.Name}` has an entity named `{primary[0]}` with type primary but it also has the `primary_entity` field set to `{named}`", "keep one of them");
        }
        else if (primary.Length == 0 && named is null && Elements(model, "dimensions").Any())
        {
            Fail(model, $"The semantic model `{model.Name}` contains dimensions, but it does not define a primary entity", "give an entity the type primary, or set `primary_entity`");
        }
    }

    void Fail(SemanticNode model, string message, params string[] help) => bag.Add(
        new Diagnostic("P0486", Severity.Error, $"{message} ({model.OriginalFilePath})") { Help = help }, DbtKinds.Parsing, "SemanticValidationFailure");

    [GeneratedRegex(@"^[a-z](?:_?[a-z0-9])+\z")]
    private static partial Regex NamePattern();
}
