using Gild.Engine.Manifest;

namespace Gild.Engine.Parsing;

/// <summary>Checks the models that semantic models take their dates from.</summary>
static class TimeSpines
{
    /// <summary>The model that is a time spine by its name alone, one row a day.</summary>
    const string ByName = "metricflow_time_spine";

    static readonly string[] UpToDay = ["nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day"];

    /// <exception cref="GildException">Parsing Error: a time spine without its column, or semantic models without a time spine.</exception>
    public static void Check(IReadOnlyList<Node> nodes)
    {
        bool daily = false;
        foreach (ModelNode model in nodes.OfType<ModelNode>())
        {
            daily |= model.Name == ByName;
            if (model.TimeSpine is { } spine)
            {
                daily |= Array.IndexOf(UpToDay, GranularityOf(model, spine)) >= 0;
            }
        }

        if (!daily && nodes.Any(n => n.ResourceType == ResourceType.SemanticModel))
        {
            throw new GildException(DbtKinds.Parsing, "P0484",
                "The semantic layer requires a time spine model with granularity DAY or smaller in the project, but none was found.",
                $"add a model with `time_spine:` in its properties, or one called {ByName}: https://docs.getdbt.com/docs/build/metricflow-time-spine");
        }
    }

    static string GranularityOf(ModelNode model, Gild.Jinja.Values.DictValue spine)
    {
        string standard = spine.TextOf("standard_granularity_column") ?? throw Error(model, $"`time_spine` of model '{model.Name}' has no `standard_granularity_column`");
        NodeColumn column = ColumnOf(model, standard, "standard granularity");
        foreach (Gild.Jinja.Values.DictValue custom in (spine.ListOf("custom_granularities") ?? []).Select(c => c.As<Gild.Jinja.Values.DictValue>()).OfType<Gild.Jinja.Values.DictValue>())
        {
            ColumnOf(model, custom.TextOf("column_name") ?? custom.TextOf("name") ?? "", "custom granularity");
        }

        return column.Granularity ?? throw Error(model, $"Time spine standard granularity column must have a granularity defined. Please add one for column '{standard}' of model '{model.Name}'");
    }

    static NodeColumn ColumnOf(ModelNode model, string name, string kind) => model.Columns.GetValueOrDefault(name)
        ?? throw Error(model, $"Time spine {kind} column must be defined on the model. Got invalid column name '{name}' for model '{model.Name}'");

    static GildException Error(ModelNode model, string what) =>
        new(DbtKinds.Parsing, "P0484", $"{what} ({model.OriginalFilePath})", "describe the column under `columns:`, with a `granularity`");
}
