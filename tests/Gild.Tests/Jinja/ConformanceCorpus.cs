using System.Text.Json;
using Gild.JinjaCases;
using Xunit;

namespace Gild.Tests.Jinja;

/// <summary>The large corpus recorded from Jinja2, when it lies beside the checkout.</summary>
public sealed class ConformanceCorpus
{
    [Fact]
    public void Every_recorded_case_gives_Jinja2s_output_or_error()
    {
        if (Repository.Corpora is not { } corpora)
        {
            // The repository's own cases stand for themselves; this is a larger sample of the same.
            return;
        }

        string folder = Path.Combine(corpora, "jinja");
        CaseRunner runner = new();
        List<string> failures = [];
        int cases = 0;
        foreach (string line in Directory.GetFiles(folder, "*.jsonl").SelectMany(File.ReadLines))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            CaseResult result = runner.Run(document.RootElement);
            cases++;
            if (!Agrees(document.RootElement.GetProperty("expect"), result))
            {
                failures.Add($"{document.RootElement.GetProperty("id")}: {result}");
            }
        }

        Assert.True(cases > 0, $"{folder} holds no cases");
        Assert.True(failures.Count == 0, $"{failures.Count} of {cases} cases differ:\n{string.Join('\n', failures.Take(20))}");
    }

    static bool Agrees(JsonElement expect, CaseResult result)
    {
        if (expect.TryGetProperty("output", out JsonElement output))
        {
            return result.Output == output.GetString();
        }

        JsonElement line = expect.GetProperty("line");
        return result.Error == expect.GetProperty("error").GetString()
            && (line.ValueKind == JsonValueKind.Null || result.Line == line.GetInt32());
    }
}
