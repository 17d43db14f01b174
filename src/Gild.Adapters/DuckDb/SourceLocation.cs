using System.Text;
using Gild.Engine.Adapters;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Adapters.DuckDb;

/// <summary>
/// Sources that are files: dbt-duckdb's <c>external_location</c> in the meta or config of a source, with its three ways to put
/// names into it (<c>formatter</c>: newstyle, oldstyle, template).
/// </summary>
static class SourceLocation
{
    static readonly JinjaEnvironment s_environment = new();

    static readonly Template s_newStyle = s_environment.Compile(new SourceText("external_location", "{{ location.format_map(names) }}"));

    static readonly Template s_oldStyle = s_environment.Compile(new SourceText("external_location", "{{ location % names }}"));

    /// <exception cref="JinjaException">When the location names what the source does not have, or the formatter is unknown.</exception>
    internal static ExternalSource? Of(SourceTable source)
    {
        if (source.Properties.TryGetValue("plugin", out Value plugin))
        {
            return new ExternalSource(
                $"{source.Schema}.{source.Identifier}",
                $"it is loaded by the plugin '{plugin}', and plugins are Python modules; name its files by `external_location`, or load it with an extension of DuckDB");
        }

        if (!source.Properties.TryGetValue("external_location", out Value location))
        {
            return null;
        }

        string text = Format(source, location);
        return new ExternalSource(text.Contains('(', StringComparison.Ordinal) || text.StartsWith('\'') ? text : $"'{text}'");
    }

    static string Format(SourceTable source, Value location)
    {
        Value formatter = source.Properties.TryGetValue("formatter", out Value given) ? given : "newstyle";
        DictValue names = Names(source);
        return formatter.ToString() switch
        {
            "newstyle" => Render(s_newStyle, location, names),
            "oldstyle" => Render(s_oldStyle, location, names),
            "template" => Substitute(location.ToString(), names),
            _ => throw JinjaException.ValueError(
                $"Formatter {formatter} not recognized. Must be one of 'newstyle', 'oldstyle', or 'template'."),
        };
    }

    static DictValue Names(SourceTable source)
    {
        DictValue names = new();
        names["name"] = source.Name;
        names["identifier"] = source.Identifier;
        names["schema"] = source.Schema;
        names["database"] = source.Database;
        names["tags"] = new ListValue(source.Tags.Select(t => Value.From(t)));
        foreach ((Value key, Value value) in source.Properties.Entries)
        {
            names[key] = value;
        }

        return names;
    }

    static string Render(Template template, Value location, DictValue names) =>
        template.Render(new DictionaryGlobals(new Dictionary<string, Value> { ["location"] = location, ["names"] = names }));

    /// <summary>Python's <c>string.Template</c>: $name, ${name}, and $$ for a dollar.</summary>
    static string Substitute(string template, DictValue names)
    {
        StringBuilder text = new(template.Length + 16);
        for (int at = 0; at < template.Length; at++)
        {
            if (template[at] != '$')
            {
                text.Append(template[at]);
                continue;
            }

            if (at + 1 < template.Length && template[at + 1] == '$')
            {
                text.Append('$');
                at++;
                continue;
            }

            bool braced = at + 1 < template.Length && template[at + 1] == '{';
            int from = at + (braced ? 2 : 1);
            int to = from;
            while (to < template.Length && (char.IsAsciiLetter(template[to]) || template[to] == '_' || (to > from && char.IsAsciiDigit(template[to]))))
            {
                to++;
            }

            if (to == from || (braced && (to == template.Length || template[to] != '}')))
            {
                throw JinjaException.ValueError($"Invalid placeholder in external_location '{template}': after $ comes a name, {{name}}, or a second $");
            }

            string name = template[from..to];
            text.Append(names.TryGetValue(name, out Value value) ? value.ToString() : throw new JinjaException("KeyError", $"'{name}'"));
            at = braced ? to : to - 1;
        }

        return text.ToString();
    }
}
