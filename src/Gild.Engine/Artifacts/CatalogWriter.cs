using System.Text.Json;
using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Jinja.Values;

namespace Gild.Engine.Artifacts;

/// <summary>Writes <c>catalog.json</c> (v1) from the rows of <c>get_catalog</c>.</summary>
public static class CatalogWriter
{
    const string Schema = "https://schemas.getdbt.com/dbt/catalog/v1.json";

    sealed class Entry
    {
        public required Dictionary<string, Value> Table { get; init; }

        public List<Dictionary<string, Value>> Columns { get; } = [];
    }

    /// <summary>The key of a place: names without regard to case.</summary>
    public static (string Database, string Schema, string Name) Key(string? database, string schema, string name) =>
        ((database ?? "").ToLowerInvariant(), schema.ToLowerInvariant(), name.ToLowerInvariant());

    public static void Write(
        Stream stream, IReadOnlyList<ResultTable> tables, ILookup<(string, string, string), (string UniqueId, bool IsSource)> places,
        IReadOnlyList<string> errors, InvocationState invocation)
    {
        SortedDictionary<string, Entry> nodes = new(StringComparer.Ordinal);
        SortedDictionary<string, Entry> sources = new(StringComparer.Ordinal);
        foreach (ResultTable table in tables)
        {
            Collect(table, places, nodes, sources);
        }

        using Utf8JsonWriter json = new(stream, ArtifactJson.Options);
        json.WriteStartObject();
        ArtifactJson.WriteMetadata(json, Schema, invocation);
        WriteEntries(json, "nodes", nodes);
        WriteEntries(json, "sources", sources);
        if (errors.Count == 0)
        {
            json.WriteNull("errors");
        }
        else
        {
            json.WriteStartArray("errors");
            foreach (string error in errors)
            {
                json.WriteStringValue(error);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static void Collect(
        ResultTable table, ILookup<(string, string, string), (string UniqueId, bool IsSource)> places,
        SortedDictionary<string, Entry> nodes, SortedDictionary<string, Entry> sources)
    {
        foreach (Value[] row in table.Rows)
        {
            Dictionary<string, Value> cells = new(StringComparer.OrdinalIgnoreCase);
            for (int c = 0; c < row.Length; c++)
            {
                cells[table.Columns[c].Name] = row[c];
            }

            string Text(string name) => cells.TryGetValue(name, out Value value) && !value.IsNone ? value.ToString() : "";
            foreach ((string id, bool isSource) in places[Key(Text("table_database"), Text("table_schema"), Text("table_name"))])
            {
                SortedDictionary<string, Entry> into = isSource ? sources : nodes;
                if (!into.TryGetValue(id, out Entry? entry))
                {
                    into.Add(id, entry = new Entry { Table = cells });
                }

                entry.Columns.Add(cells);
            }
        }
    }

    static void WriteEntries(Utf8JsonWriter json, string name, SortedDictionary<string, Entry> entries)
    {
        json.WriteStartObject(name);
        foreach ((string id, Entry entry) in entries)
        {
            json.WriteStartObject(id);
            json.WriteStartObject("metadata");
            WriteCells(json, entry.Table, [("type", "table_type"), ("schema", "table_schema"), ("name", "table_name"), ("database", "table_database"), ("comment", "table_comment"), ("owner", "table_owner")]);
            json.WriteEndObject();
            WriteColumns(json, entry);
            WriteStats(json, entry.Table);
            json.WriteString("unique_id", id);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static void WriteColumns(Utf8JsonWriter json, Entry entry)
    {
        json.WriteStartObject("columns");
        HashSet<string> written = [];
        foreach (Dictionary<string, Value> column in entry.Columns.OrderBy(c => c.TryGetValue("column_index", out Value i) && i.IsInt64 ? i.AsInt64 : 0))
        {
            string name = column.TryGetValue("column_name", out Value value) && !value.IsNone ? value.ToString() : "";
            if (name.Length == 0 || !written.Add(name))
            {
                continue;
            }

            json.WriteStartObject(name);
            WriteCells(json, column, [("type", "column_type"), ("index", "column_index"), ("name", "column_name"), ("comment", "column_comment")]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static void WriteCells(Utf8JsonWriter json, Dictionary<string, Value> cells, ReadOnlySpan<(string Key, string Column)> keys)
    {
        foreach ((string key, string column) in keys)
        {
            json.WritePropertyName(key);
            JsonValues.Write(json, cells.GetValueOrDefault(column, Value.None));
        }
    }

    /// <summary>Statistics come as columns <c>stats:NAME:label</c>, <c>value</c>, <c>description</c>, <c>include</c>.</summary>
    static void WriteStats(Utf8JsonWriter json, Dictionary<string, Value> table)
    {
        List<string> names = [.. table.Keys
            .Where(k => k.StartsWith("stats:", StringComparison.OrdinalIgnoreCase))
            .Select(k => k.Split(':')[1])
            .Distinct(StringComparer.Ordinal)
            .Where(n => table.TryGetValue($"stats:{n}:include", out Value include) && include.IsTrue)];
        json.WriteStartObject("stats");
        foreach (string name in names)
        {
            json.WriteStartObject(name);
            json.WriteString("id", name);
            WriteCells(json, table, [("label", $"stats:{name}:label"), ("value", $"stats:{name}:value"), ("include", $"stats:{name}:include"), ("description", $"stats:{name}:description")]);
            json.WriteEndObject();
        }

        json.WriteStartObject("has_stats");
        json.WriteString("id", "has_stats");
        json.WriteString("label", "Has Stats?");
        json.WriteBoolean("value", names.Count > 0);
        json.WriteBoolean("include", false);
        json.WriteString("description", "Indicates whether there are statistics for this table");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
