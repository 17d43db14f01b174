using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Gild.Jinja.Values;

namespace Gild.Adapters.Postgres;

/// <summary>JSON cells: scalars as they are, objects and lists as the text that Python's <c>json.dumps</c> makes of them.</summary>
static class PostgresJson
{
    internal static Value ToValue(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => Value.None,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => BigInteger.TryParse(element.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger integer)
            ? Value.From(integer)
            : HostValues.Decimal(element.GetDouble()),
        _ => Dump(element),
    };

    static string Dump(JsonElement element)
    {
        StringBuilder text = new();
        Append(text, element);
        return text.ToString();
    }

    static void Append(StringBuilder text, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, element);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                int index = 0;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    text.Append(index++ == 0 ? "" : ", ");
                    Append(text, item);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                HostValues.AppendJsonText(text, element.GetString() ?? "");
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }

    static void AppendObject(StringBuilder text, JsonElement element)
    {
        text.Append('{');
        int index = 0;
        foreach (JsonProperty property in element.EnumerateObject())
        {
            text.Append(index++ == 0 ? "" : ", ");
            HostValues.AppendJsonText(text, property.Name);
            text.Append(": ");
            Append(text, property.Value);
        }

        text.Append('}');
    }
}
