// Runs the cases that come as JSON lines on standard input and writes one result a line to standard output:
//   dotnet run -c Release --project tests/jinja-cases < cases.jsonl > results.jsonl
// A case has id, template, context and undefined; a result has id and either output or error and line.
using System.Text.Encodings.Web;
using System.Text.Json;
using Gild.JinjaCases;

using Stream output = Console.OpenStandardOutput();
using StreamReader input = new(Console.OpenStandardInput());
CaseRunner runner = new();
JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.Default };
while (input.ReadLine() is { } line)
{
    if (string.IsNullOrWhiteSpace(line))
    {
        continue;
    }

    using JsonDocument document = JsonDocument.Parse(line);
    CaseResult result = RunGuarded(document.RootElement);
    using Utf8JsonWriter writer = new(output, options);
    writer.WriteStartObject();
    writer.WriteString("id", document.RootElement.GetProperty("id").GetString());
    if (result.Output is not null)
    {
        writer.WriteString("output", result.Output);
    }
    else
    {
        writer.WriteString("error", result.Error);
        if (result.Line is { } number)
        {
            writer.WriteNumber("line", number);
        }

        writer.WriteString("message", result.Message);
    }

    writer.WriteEndObject();
    writer.Flush();
    output.WriteByte((byte)'\n');
}

// One case must not end the run: whatever is not an error of the template is reported under its own name.
CaseResult RunGuarded(JsonElement element)
{
    try
    {
        return runner.Run(element);
    }
    catch (Exception e) when (e is not OutOfMemoryException)
    {
        return new CaseResult(null, e.GetType().Name, null, e.ToString());
    }
}
