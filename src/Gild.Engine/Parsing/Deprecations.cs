using System.Globalization;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;

namespace Gild.Engine.Parsing;

/// <summary>Warns of models that are past their <c>deprecation_date</c>, and of models that read one that has such a date.</summary>
public static class Deprecations
{
    public static void Warn(IReadOnlyList<Node> nodes, DiagnosticBag bag, DateTimeOffset now)
    {
        Dictionary<string, (ModelNode Model, bool Past)> dated = new(StringComparer.Ordinal);
        foreach (ModelNode model in nodes.OfType<ModelNode>())
        {
            if (!DateTimeOffset.TryParse(model.DeprecationDate, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date))
            {
                continue;
            }

            dated.Add(model.UniqueId, (model, date < now));
            if (date < now)
            {
                bag.Warn(
                    "DeprecatedModel",
                    new Diagnostic("P0480", Severity.Warning, $"Model {model.Name}{(model.Version.IsNone ? "" : $".v{model.Version}")} has passed its deprecation date of {model.DeprecationDate![..10]}") { Labels = [PlaceOf(model)] },
                    ("model_name", model.Name), ("model_version", VersionOf(model)), ("deprecation_date", model.DeprecationDate));
            }
        }

        foreach (ModelNode reader in nodes.OfType<ModelNode>())
        {
            foreach (string read in reader.DependsOnNodes.Distinct(StringComparer.Ordinal))
            {
                if (dated.TryGetValue(read, out (ModelNode Model, bool Past) found))
                {
                    Warn(reader, found.Model, found.Past, bag);
                }
            }
        }
    }

    static void Warn(ModelNode reader, ModelNode model, bool past, DiagnosticBag bag) => bag.Warn(
        past ? "DeprecatedReference" : "UpcomingReferenceDeprecation",
        new Diagnostic("P0480", Severity.Warning,
            $"model {NameOf(reader)} reads {NameOf(model)}, which {(past ? "was" : "will be")} deprecated on {model.DeprecationDate![..10]}")
        {
            Labels = [PlaceOf(reader)],
            Help =
            [
                model.Version.IsNone || model.Version.ToString() == model.LatestVersion.ToString()
                    ? $"read another model before `{model.Name}` goes"
                    : $"its latest version is {model.LatestVersion}: ref('{model.Name}', v={model.LatestVersion})",
            ],
        },
        ("model_name", reader.Name), ("ref_model_package", model.PackageName), ("ref_model_name", model.Name), ("ref_model_version", VersionOf(model)),
        ("ref_model_latest_version", model.LatestVersion.IsNone ? "" : model.LatestVersion.ToString()), ("ref_model_deprecation_date", model.DeprecationDate));

    static string VersionOf(ModelNode model) => model.Version.IsNone ? "" : model.Version.ToString();

    static string NameOf(ModelNode model) => model.Version.IsNone ? $"'{model.Name}'" : $"'{model.Name}' (version {model.Version})";

    static Label PlaceOf(ModelNode model) => new(model.Source, default);
}
