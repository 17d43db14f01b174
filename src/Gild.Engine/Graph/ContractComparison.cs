using System.Text.Json;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Graph;

/// <summary>
/// Compares an enforced contract with that of an earlier manifest. What readers of the model may rely on and no longer find is breaking: a warning,
/// or an error where the model has versions and so could have changed in a new one.
/// </summary>
/// <param name="enforced">Kinds of constraint that the warehouse enforces; only those can be relied on.</param>
sealed class ContractComparison(IReadOnlySet<string> enforced, DiagnosticBag? bag)
{
    static readonly string[] ConstraintKeys = ["type", "name", "expression", "columns", "to", "to_columns"];

    readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <exception cref="GildException">The change breaks the contract of a versioned model.</exception>
    public bool IsSame(ModelNode model, JsonElement old)
    {
        JsonElement contract = StateComparison.Part(old, "contract");
        bool was = StateComparison.Part(contract, "enforced").ValueKind == JsonValueKind.True;
        if (!was)
        {
            return !model.ContractEnforced;
        }

        if (model.ContractEnforced && model.Contract?.TextOf("checksum") == PreviousState.Text(contract, "checksum"))
        {
            return true;
        }

        List<string> broken = [.. Broken(model, old)];
        if (broken.Count > 0)
        {
            Tell(model.UniqueId, model.Name, model.OriginalFilePath, !model.Version.IsNone && !model.Version.IsUndefined, broken);
        }

        return false;
    }

    /// <summary>Tells of a model with an enforced contract that is gone or disabled.</summary>
    public void Removed(string id, JsonElement old, bool disabled)
    {
        if (StateComparison.Part(StateComparison.Part(old, "contract"), "enforced").ValueKind != JsonValueKind.True
            || (DateTimeOffset.TryParse(PreviousState.Text(old, "deprecation_date"), System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset end)
                && end <= DateTimeOffset.UtcNow))
        {
            return;
        }

        JsonElement version = StateComparison.Part(old, "version");
        Tell(id, PreviousState.Text(old, "name") ?? id, PreviousState.Text(old, "original_file_path") ?? "",
            version.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null), [$"Contracted model '{id}' was {(disabled ? "disabled" : "deleted or renamed")}."]);
    }

    void Tell(string id, string name, string path, bool versioned, List<string> broken)
    {
        string message = $"While comparing to previous project state, dbt detected a breaking change to {(versioned ? "the enforced contract of" : "an unversioned")} model '{name}' ({path}):\n  - {string.Join("\n  - ", broken)}";
        if (versioned)
        {
            throw new GildException(
                "Breaking change to contract Error", "C0716", message, "make a change that only adds, or put the change into a new version of the model");
        }

        if (_told.Add(id))
        {
            bag?.Warn("UnversionedBreakingChange", "C0716", message, null, "make a change that only adds, or give the model versions");
        }
    }

    IEnumerable<string> Broken(ModelNode model, JsonElement old)
    {
        if (!model.ContractEnforced)
        {
            yield return "Contract enforcement was removed: the columns and types are no longer promised";
        }

        string? materialized = PreviousState.Text(StateComparison.Part(old, "config"), "materialized");
        bool relied = Enforces(materialized);
        bool constrained = StateComparison.Items(old, "constraints").Any();
        List<string> lostOfColumns = [];
        JsonElement columns = StateComparison.Part(old, "columns");
        foreach (JsonProperty before in (columns.ValueKind == JsonValueKind.Object ? columns.EnumerateObject() : default).OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            constrained |= StateComparison.Items(before.Value, "constraints").Any();
            if (!model.Columns.TryGetValue(before.Name, out NodeColumn? now))
            {
                yield return $"Columns were removed: {before.Name}";
                continue;
            }

            string? type = PreviousState.Text(before.Value, "data_type");
            if (BaseType(type) != BaseType(now.DataType))
            {
                yield return $"Columns with data_type changes: {before.Name} ({type} -> {now.DataType})";
            }

            lostOfColumns.AddRange((relied ? Lost(StateComparison.Items(before.Value, "constraints"), now.Constraints) : []).Select(lost => $"'{lost}' constraint on column {before.Name}"));
        }

        if (lostOfColumns.Count > 0)
        {
            yield return $"Enforced column level constraints were removed: {string.Join(", ", lostOfColumns)}";
        }

        if ((relied ? Lost(StateComparison.Items(old, "constraints"), model.Constraints).ToList() : []) is { Count: > 0 } lostOfModel)
        {
            yield return $"Enforced model level constraints were removed: {string.Join(", ", lostOfModel.Select(lost => $"'{lost}' constraint"))}";
        }

        if (relied && constrained && !Enforces(model.Config.Materialized))
        {
            yield return $"Materialization changed with enforced constraints: {materialized} -> {model.Config.Materialized}";
        }
    }

    static bool Enforces(string? materialized) => materialized is "table" or "incremental";

    IEnumerable<string> Lost(IEnumerable<JsonElement> before, IReadOnlyList<Value> now) => before
        .Where(b => PreviousState.Text(b, "type") is { } type && enforced.Contains(type)
            && !now.Any(n => n.As<DictValue>() is { } dict && ConstraintKeys.All(k => StateComparison.Same(dict.ValueOf(k), StateComparison.Part(b, k)))))
        .Select(b => PreviousState.Text(b, "name") ?? PreviousState.Text(b, "type")!);

    /// <summary>A type without size, precision and scale: those may change.</summary>
    static string? BaseType(string? type) => type?.Split('(')[0].Trim().ToLowerInvariant();
}
