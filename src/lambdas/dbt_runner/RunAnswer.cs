using System.Text.Json;
using Gild.Engine;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;

namespace DbtRunner;

/// <summary>How an invocation ended.</summary>
enum RunStatus
{
    Success,
    Error,
    Partial,
}

/// <summary>A node that failed, for the answer.</summary>
sealed record FailedNode(string UniqueId, string Status, string Message, string? File, int? Line);

/// <summary>What an invocation answers. Bounded, so that Step Functions takes it (256 KB): a few thousand characters of text, fifty failed nodes.</summary>
sealed record RunAnswer
{
    const int MostFailed = 50;
    const int MostChecks = 300;
    const int MostMessage = 1000;
    const int MostBytes = 200_000;

    /// <summary>UTF-16 units of the command line, which may carry large <c>vars</c>.</summary>
    public const int MostCommand = 4000;
    public const int MostSummary = 4000;

    public required RunRequest Request { get; init; }

    public required string RequestId { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>The type of the function's error, when <see cref="Status"/> is one.</summary>
    public string ErrorType { get; init; } = RunnerException.RunFailed;

    /// <summary>One sentence for people: what came of it.</summary>
    public required string Summary { get; init; }

    /// <summary>Null for commands that keep no state.</summary>
    public string? Run { get; init; }

    public int Invocations { get; init; } = 1;

    public TimeSpan Duration { get; init; }

    /// <summary>The address of the run's artifacts.</summary>
    public string? Artifacts { get; init; }

    public string Stdout { get; init; } = "";

    public string Stderr { get; init; } = "";

    public RunFinished? Finished { get; init; }

    public IReadOnlyList<DebugLine> Checks { get; init; } = [];

    public IReadOnlyList<FailedNode> Failed { get; init; } = [];

    public string Word => Status.ToString().ToLowerInvariant();

    /// <summary>What failed, from the results of the run.</summary>
    public static IReadOnlyList<FailedNode> FailedOf(RunFinished? finished) => finished is null ? [] :
    [
        .. finished.Results.Where(r => r.Status.IsFailure()).Select(r =>
        {
            Label? label = r.Diagnostic?.Labels.Count > 0 ? r.Diagnostic.Labels[0] : null;
            return new FailedNode(
                r.Node.UniqueId, r.Status.Word(), r.Message.Length > 0 ? r.Message : r.Diagnostic?.Message ?? "",
                label?.Source.Path ?? r.Node.OriginalFilePath, label?.Source.PositionOf(label.Span.Offset).Line);
        }),
    ];

    /// <summary>The answer as JSON; with the fields of Lambda's error in front when it is one.</summary>
    public byte[] ToJson(bool asError, SecretMask mask)
    {
        byte[] json = ToJson(asError, mask, 1);
        // Texts in which every character takes several bytes.
        for (int parts = 4; json.Length > MostBytes && parts <= 64; parts *= 4)
        {
            json = ToJson(asError, mask, parts);
        }

        return json;
    }

    /// <param name="parts">What lists and their texts may hold is divided by this.</param>
    byte[] ToJson(bool asError, SecretMask mask, int parts) => JsonText.Object(json =>
    {
        if (asError)
        {
            json.WriteString("errorMessage", BoundedText.Cut(mask.Hide(Summary), MostSummary));
            json.WriteString("errorType", ErrorType);
            json.WriteStartArray("stackTrace");
            json.WriteEndArray();
        }

        json.WriteNumber("statusCode", Status == RunStatus.Success ? 0 : 1);
        json.WriteString("status", Word);
        json.WriteString("command", BoundedText.Cut(mask.Hide(Request.CommandLine), MostCommand));
        json.WriteString("summary", BoundedText.Cut(mask.Hide(Summary), MostSummary));
        json.WriteString("stdout", mask.Hide(Stdout));
        json.WriteString("stderr", Status == RunStatus.Error ? mask.Hide(Stderr) : "");
        WriteCounts(json);
        WriteFailed(json, mask, parts);
        WriteChecks(json, mask, parts);
        WriteText(json, "artifacts", Artifacts);
        WriteText(json, "run", Run);
        json.WriteNumber("invocations", Invocations);
        json.WriteNumber("duration_s", Math.Round(Duration.TotalSeconds, 3));
        WriteText(json, "resume", Status == RunStatus.Partial ? Run : null);
    });

    static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, text);
        }
    }

    void WriteCounts(Utf8JsonWriter json)
    {
        json.WriteStartObject("counts");
        foreach (NodeStatus status in Enum.GetValues<NodeStatus>())
        {
            json.WriteNumber(status.Word().Replace(' ', '_').Replace('-', '_'), Finished?.Results.Count(r => r.Status == status) ?? 0);
        }

        json.WriteNumber("total", Finished?.Results.Count ?? 0);
        json.WriteNumber("left", Finished?.Left ?? 0);
        json.WriteEndObject();
    }

    void WriteFailed(Utf8JsonWriter json, SecretMask mask, int parts)
    {
        json.WriteStartArray("failed");
        foreach (FailedNode node in Failed.Take(MostFailed / parts))
        {
            json.WriteStartObject();
            json.WriteString("unique_id", node.UniqueId);
            json.WriteString("status", node.Status);
            json.WriteString("message", BoundedText.Cut(mask.Hide(node.Message), MostMessage));
            WriteText(json, "file", node.File);
            if (node.Line is { } line)
            {
                json.WriteNumber("line", line);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Failed.Count > MostFailed / parts)
        {
            json.WriteNumber("failed_left_out", Failed.Count - (MostFailed / parts));
        }
    }

    void WriteChecks(Utf8JsonWriter json, SecretMask mask, int parts)
    {
        if (Checks.Count == 0)
        {
            return;
        }

        json.WriteStartArray("checks");
        // What failed goes before, should there be too many.
        foreach (DebugLine check in Checks.Count <= MostChecks / parts ? Checks : Checks.OrderBy(c => c.Ok != false).Take(MostChecks / parts))
        {
            json.WriteStartObject();
            json.WriteString("name", check.Name);
            if (check.Ok is { } ok)
            {
                json.WriteBoolean("ok", ok);
            }
            else
            {
                json.WriteNull("ok");
            }

            json.WriteString("result", BoundedText.Cut(mask.Hide(check.Result), MostMessage));
            if (check.Help is not null)
            {
                json.WriteString("help", BoundedText.Cut(mask.Hide(check.Help), MostMessage));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
