using Gild.Engine.Manifest;

namespace Gild.Engine.Parsing;

/// <summary>Checks the models that semantic models take their dates from.</summary>
static class TimeSpines
{
    /// <summary>The model that is a time spine by its name alone, one row a day.</summary>
    const string ByName = "metricflow_time_spine";

    static readonly string[] UpToDay = ["nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day"];

    /// <exception cref="GildException">Parsing Error: a time spine without its column.</exception>
    public static void Check(IReadOnlyList<Node> nodes)
    {
        foreach (ModelNode model in nodes.OfType<ModelNode>())
        {
            if (model.TimeSpine is { } spine)
            {
                GranularityOf(model, spine);
            }
        }
    }

    /// <summary>What the semantic manifest needs: where there are semantic models, days to group them by.</summary>
    /// <exception cref="GildException">Parsing Error: no time spine by day or finer.</exception>
    public static void DemandDays(IReadOnlyList<Node> nodes)
    {
        if (nodes.Any(n => n.ResourceType == ResourceType.SemanticModel) && !nodes.OfType<ModelNode>().Any(HasDays))
        {
            throw new GildException(DbtKinds.Parsing, "P0484",
                "The semantic layer requires a time spine model with granularity DAY or smaller in the project, but none was found.",
                $"add a model with `time_spine:` in its properties, or one called {ByName}: https://docs.getdbt.com/docs/build/metricflow-time-spine");
        }
    }

    static bool HasDays(ModelNode model) => model.Name == ByName
        || (model.TimeSpine is { } spine && Array.IndexOf(UpToDay, GranularityOf(model, spine)) >= 0);

    static string GranularityOf(ModelNode model, Gild.Jinja.Values.DictValue spine)
    {
        string standard = spine.TextOf("standard_granularity_column") ?? throw Error(model, $"`time_spine` of model '{model.Name}' has no `standard_granularity_column`");
        NodeColumn column = model.Columns.GetValueOrDefault(standard)
            ?? throw Error(model, $"Time spine standard granularity column must be defined on the model. Got invalid column name '{standard}' for model '{model.Name}'");
        string[] missing = [.. (spine.ListOf("custom_granularities") ?? []).Select(c => c.As<Gild.Jinja.Values.DictValue>()).OfType<Gild.Jinja.Values.DictValue>()
            .Select(c => c.TextOf("column_name") ?? c.TextOf("name") ?? "").Where(c => !model.Columns.ContainsKey(c))];
        if (missing.Length > 0)
        {
            throw Error(model, $"Time spine custom granularity columns do not exist in the model. Columns not found of '{model.Name}': {string.Join(", ", missing)}");
        }

        return column.Granularity ?? throw Error(model, $"Time spine standard granularity column must have a granularity defined. Please add one for column '{standard}' of model '{model.Name}'");
    }

    static GildException Error(ModelNode model, string what) =>
        new(DbtKinds.Parsing, "P0484", $"{what} ({model.OriginalFilePath})", "describe the column under `columns:`, with a `granularity`");
}
