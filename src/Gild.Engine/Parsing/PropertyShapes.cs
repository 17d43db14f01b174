using System.Globalization;
using Gild.Engine.Yaml;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>
/// What the keys of a property file's elements may hold. A shape is written as its keys with the kinds of their values: <c>text</c>,
/// <c>flag</c>, <c>integer</c>, <c>number</c>, <c>map</c>, <c>any</c> or another shape; <c>[]</c> behind a kind makes a list of it,
/// <c>|</c> parts alternatives, <c>?</c> admits null, <c>!</c> behind a key demands it, and <c>*</c> lets unknown keys be.
/// </summary>
static class PropertyShapes
{
    const string Described = "* name!:text description:text meta:map data_type:text? constraints:map[] docs:docs config:map";

    const string Tested = Described + " data_tests:(map|text)[] tests:(map|text)[]";

    static readonly Dictionary<string, string> Written = new(StringComparer.Ordinal)
    {
        ["models"] = Tested + " columns:column[] quote_columns:flag? access:text? latest_version:(text|number)? versions:version[] time_spine:time_spine?",
        ["seeds"] = Tested + " columns:column[] quote_columns:flag? access:text?",
        ["snapshots"] = Tested + " columns:column[] quote_columns:flag? access:text?",
        ["analyses"] = Described + " columns:described[] access:text?",
        ["data_tests"] = Described,
        ["macros"] = Described + " arguments:macro_argument[]",
        ["functions"] = Described + " access:text? arguments:function_argument[] returns!:returns",
        ["described"] = Described,
        ["column"] = Tested + " quote:flag? tags:text[] granularity:text?",
        ["docs"] = "show:flag node_color:text?",
        ["time_spine"] = "standard_granularity_column!:text custom_granularities:custom_granularity[]",
        ["custom_granularity"] = "name!:text column_name:text?",
        ["version"] = "v!:text|number defined_in:text? description:text access:text? config:map constraints:map[] docs:docs "
            + "data_tests:(map|text)[]? tests:(map|text)[]? columns:(include|column)[] deprecation_date:any",
        ["include"] = "include!:text|text[] exclude:text[]",
        ["macro_argument"] = "name!:text type:text? description:text",
        ["function_argument"] = "name!:text data_type!:text description:text? default_value:any",
        ["returns"] = "data_type!:text description:text?",
        ["sources"] = "name!:text description:text meta:map database:text? schema:text? loader:text quoting:quoting freshness:freshness? "
            + "loaded_at_field:text? loaded_at_field_present:flag? loaded_at_query:text? tables:table[] tags:text[] config:map "
            + "unrendered_database:text? unrendered_schema:text?",
        ["overrides"] = "name!:text overrides!:text config:map description:text? meta:map? database:text? schema:text? loader:text? "
            + "quoting:quoting? freshness:freshness? loaded_at_field:text? loaded_at_field_present:flag? loaded_at_query:text? "
            + "tables:table_override[]? tags:text[]?",
        ["table"] = Tested + " columns:column[] loaded_at_field:text? loaded_at_field_present:flag? loaded_at_query:text? identifier:text? "
            + "quoting:quoting freshness:freshness? external:external? tags:text[]",
        ["table_override"] = "name!:text description:text? meta:map? data_type:text? docs:docs? loaded_at_field:text? loaded_at_field_present:flag? "
            + "loaded_at_query:text? identifier:text? quoting:quoting freshness:freshness? external:external? tags:text[]? "
            + "data_tests:(map|text)[]? tests:(map|text)[]? columns:column[]?",
        ["quoting"] = "database:flag? schema:flag? identifier:flag? column:flag?",
        ["freshness"] = "warn_after:period? error_after:period? filter:text?",
        ["period"] = "count:integer? period:text?",
        ["external"] = "* location:text? file_format:text? row_format:text? tbl_properties:text?",
        ["exposures"] = "name!:text type!:text owner!:owner description:text label:text? maturity:text? meta:map tags:text[] url:text? "
            + "depends_on:text[] config:map",
        ["groups"] = "name!:text owner!:owner description:text? config:map",
        ["owner"] = "* email:(text|text[])? name:text?",
        ["unit_tests"] = "name!:text model!:text given!:input[] expect!:rows description:text overrides:test_overrides? config:map versions:test_versions?",
        ["input"] = "input!:text rows:(text|map[])? format:text fixture:text?",
        ["rows"] = "rows:(text|map[])? format:text fixture:text?",
        ["test_overrides"] = "macros:map vars:map env_vars:map",
        ["test_versions"] = "include:(text|number)[]? exclude:(text|number)[]?",
        ["metrics"] = "name!:text label!:text type!:text type_params!:type_params description:text filter:(text|text[])? time_granularity:text? "
            + "meta:map tags:text[] config:map",
        ["type_params"] = "measure:(input_measure|text)? numerator:(input_metric|text)? denominator:(input_metric|text)? expr:(text|flag)? window:text? "
            + "grain_to_date:text? metrics:(input_metric|text)[]? conversion_type_params:conversion? cumulative_type_params:cumulative?",
        ["input_measure"] = "name!:text filter:(text|text[])? alias:text? join_to_timespine:flag fill_nulls_with:integer?",
        ["input_metric"] = "name!:text filter:(text|text[])? alias:text? offset_window:text? offset_to_grain:text?",
        ["conversion"] = "base_measure!:input_measure|text conversion_measure!:input_measure|text entity!:text calculation:text window:text? "
            + "constant_properties:constant_property[]?",
        ["constant_property"] = "base_property!:text conversion_property!:text",
        ["cumulative"] = "window:text? grain_to_date:text? period_agg:text",
        ["semantic_models"] = "name!:text model!:text config:map description:text? label:text? defaults:defaults? entities:entity[] measures:measure[] "
            + "dimensions:dimension[] primary_entity:text?",
        ["defaults"] = "agg_time_dimension:text?",
        ["entity"] = "name!:text type!:text description:text? label:text? role:text? expr:text? config:map",
        ["measure"] = "name!:text agg!:text description:text? label:text? expr:(text|flag|integer)? agg_params:aggregation? "
            + "non_additive_dimension:non_additive? agg_time_dimension:text? create_metric:flag config:map",
        ["aggregation"] = "percentile:number? use_discrete_percentile:flag use_approximate_percentile:flag",
        ["non_additive"] = "name!:text window_choice!:text window_groupings:text[]",
        ["dimension"] = "name!:text type!:text description:text? label:text? is_partition:flag type_params:dimension_params? expr:text? config:map",
        ["dimension_params"] = "time_granularity!:text validity_params:validity?",
        ["validity"] = "is_start:flag is_end:flag",
        ["saved_queries"] = "name!:text query_params!:query_params description:text? label:text? exports:export[] config:map tags:text|text[]",
        ["query_params"] = "metrics:text[] group_by:text[] where:(text|text[])? order_by:text[] limit:integer?",
        ["export"] = "name!:text config:map",
    };

    static readonly Dictionary<string, Lazy<Shape>> Shapes =
        Written.ToDictionary(w => w.Key, w => new Lazy<Shape>(() => Shape.Read(w.Value)), StringComparer.Ordinal);

    /// <summary>Refuses an element that has a key it may not have, lacks one, or holds a value of another kind.</summary>
    /// <param name="list">The list that the element stands in.</param>
    /// <param name="node">The element, for its places.</param>
    /// <param name="data">The element, rendered.</param>
    /// <exception cref="GildException">Parsing Error that points at the key.</exception>
    public static void Check(string list, YamlMapping node, DictValue data) =>
        CheckFields(list == "sources" && data.ContainsKey("overrides") ? "overrides" : list, data, new Place(list, node, []));

    static void CheckFields(string shape, DictValue data, Place place)
    {
        Shape fields = Shapes[shape].Value;
        foreach (string key in fields.Required.Where(key => !data.ContainsKey(key)))
        {
            throw place.Error($"'{key}' is a required property");
        }

        foreach ((Value name, Value value) in data.Entries)
        {
            string key = name.ToString();
            if (fields.Keys.TryGetValue(key, out Kind? kind))
            {
                // Places are worked out only where there is something to look into or to tell.
                if (!kind.Fits(value))
                {
                    CheckInside(kind, value, place.Under(key));
                }
            }
            else if (!fields.IsOpen)
            {
                throw place.Under(key).Error($"unknown key `{key}`", NearestName.Help(key, fields.Keys.Keys)
                    ?? $"its keys are {string.Join(", ", fields.Keys.Keys)}");
            }
        }
    }

    /// <summary>A value that does not fit as it stands: its elements or keys may.</summary>
    static void CheckInside(Kind kind, Value value, Place place)
    {
        if (kind.Element is { } element && value.As<ListValue>() is { } list)
        {
            for (int i = 0; i < list.Elements.Count; i++)
            {
                if (!element.Fits(list.Elements[i]))
                {
                    CheckInside(element, list.Elements[i], place.At(i));
                }
            }
        }
        else if (kind.Fields is { } fields && value.As<DictValue>() is { } dict)
        {
            CheckFields(fields, dict, place);
        }
        else if (kind.Choices.FirstOrDefault(c => c.Matches(value)) is { } chosen)
        {
            CheckInside(chosen, value, place);
        }
        else
        {
            throw place.Error($"{ValueText.ToRepr(value)} is not {kind.Word}");
        }
    }

    /// <summary>The keys of a mapping.</summary>
    sealed record Shape(Dictionary<string, Kind> Keys, string[] Required, bool IsOpen)
    {
        public static Shape Read(string written)
        {
            Dictionary<string, Kind> keys = new(StringComparer.Ordinal);
            List<string> required = [];
            bool open = false;
            foreach (string word in written.Split(' '))
            {
                if (word == "*")
                {
                    open = true;
                    continue;
                }

                int colon = word.IndexOf(':', StringComparison.Ordinal);
                string key = word[..colon];
                if (key[^1] == '!')
                {
                    key = key[..^1];
                    required.Add(key);
                }

                keys[key] = Kind.Read(word[(colon + 1)..]);
            }

            return new Shape(keys, [.. required], open);
        }
    }

    /// <summary>What one value may be.</summary>
    sealed record Kind(string Text)
    {
        static readonly HashSet<string> Scalars = ["text", "flag", "integer", "number", "map", "any"];

        /// <summary>Whether null is a value too.</summary>
        bool Nullable { get; init; }

        /// <summary>The kind of a list's elements.</summary>
        public Kind? Element { get; private init; }

        /// <summary>The shape of a mapping.</summary>
        public string? Fields => Element is null && Choices.Count == 0 && !Scalars.Contains(Text) ? Text : null;

        /// <summary>The alternatives, if there are several.</summary>
        public IReadOnlyList<Kind> Choices { get; private init; } = [];

        /// <summary>How messages call it.</summary>
        public string Word => Choices.Count > 0 ? string.Join(" or ", Choices.Select(c => c.Word))
            : Element is not null ? "a list"
            : Text switch { "text" => "a text", "flag" => "true or false", "integer" => "a whole number", "number" => "a number", _ => "a mapping" };

        public static Kind Read(string text)
        {
            if (text[^1] == '?')
            {
                return Read(text[..^1]) with { Nullable = true };
            }

            if (text[0] == '(' && text[^1] == ')')
            {
                return Read(text[1..^1]);
            }

            if (text.Contains('|', StringComparison.Ordinal) && text[0] != '(')
            {
                return new Kind(text) { Choices = [.. text.Split('|').Select(Read)] };
            }

            return text.EndsWith("[]", StringComparison.Ordinal) ? new Kind(text) { Element = Read(text[..^2]) } : new Kind(text);
        }

        /// <summary>Whether the value is right as it is, without a look into lists and shapes.</summary>
        public bool Fits(Value value) => (Nullable && value.IsNone) || (Element is null && Text switch
        {
            "text" => value.AsString is not null,
            "flag" => value.IsBool,
            "integer" => value.IsInteger && !value.IsBool,
            "number" => value.IsNumber && !value.IsBool,
            "map" => value.As<DictValue>() is not null,
            "any" => true,
            _ => Choices.Any(c => c.Fits(value)),
        });

        /// <summary>Whether the value is of this kind at least by its outside.</summary>
        public bool Matches(Value value) => Fits(value)
            || (Element is not null && value.As<ListValue>() is not null)
            || (Fields is { } fields && value.As<DictValue>() is { } dict && Shapes[fields].Value.Required.All(key => dict.ContainsKey(key)));
    }

    /// <summary>Where in an element the check is.</summary>
    readonly record struct Place(string List, YamlNode Node, string[] Path)
    {
        public Place Under(string key) => new(List, Node.AsMapping?.Find(key) ?? Node, [.. Path, key]);

        public Place At(int index) => new(List, Node.AsSequence is { } items && index < items.Items.Count ? items.Items[index] : Node,
            [.. Path, index.ToString(CultureInfo.InvariantCulture)]);

        public GildException Error(string problem, string? help = null)
        {
            string where = Path.Length == 0 ? "" : $" at {string.Join('.', Path)}";
            return new GildException(DbtKinds.Parsing, new Gild.Jinja.Diagnostics.Diagnostic("P0306", Gild.Jinja.Diagnostics.Severity.Error,
                $"invalid {List} in {Node.Source.Path}{where}: {problem}")
            {
                Labels = [Node.Place()],
                Help = help is null ? [] : [help],
            });
        }
    }
}
