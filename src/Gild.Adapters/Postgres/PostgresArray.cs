using System.Text;
using Gild.Engine.Values;
using Gild.Jinja.Values;

namespace Gild.Adapters.Postgres;

/// <summary>Arrays in the server's text form, <c>{1,NULL,"a \"b\"",{2}}</c>, as the JSON text that dbt's tables hold.</summary>
static class PostgresArray
{
    internal static Value ToJson(string text, Func<string, Value> convert)
    {
        StringBuilder json = new();
        // Bounds other than 1 stand before the braces: [0:2]={...}
        int i = text.IndexOf('{', StringComparison.Ordinal);
        if (i < 0)
        {
            return text;
        }

        AppendArray(json, text, ref i, convert);
        return json.ToString();
    }

    static void AppendArray(StringBuilder json, string text, ref int i, Func<string, Value> convert)
    {
        json.Append('[');
        i++;
        bool first = true;
        while (i < text.Length && text[i] != '}')
        {
            if (text[i] == ',')
            {
                i++;
                continue;
            }

            json.Append(first ? "" : ", ");
            first = false;
            if (text[i] == '{')
            {
                AppendArray(json, text, ref i, convert);
            }
            else
            {
                AppendItem(json, text, ref i, convert);
            }
        }

        i++;
        json.Append(']');
    }

    static void AppendItem(StringBuilder json, string text, ref int i, Func<string, Value> convert)
    {
        bool quoted = text[i] == '"';
        StringBuilder item = new();
        if (quoted)
        {
            for (i++; text[i] != '"'; i++)
            {
                i += text[i] == '\\' ? 1 : 0;
                item.Append(text[i]);
            }

            i++;
        }
        else
        {
            for (; text[i] is not (',' or '}'); i++)
            {
                item.Append(text[i]);
            }
        }

        Value value = !quoted && item.Equals("NULL") ? Value.None : convert(item.ToString());
        if (value.As<DecimalValue>() is not null)
        {
            json.Append(value.ToString());
        }
        else
        {
            HostValues.AppendJson(json, value);
        }
    }
}
