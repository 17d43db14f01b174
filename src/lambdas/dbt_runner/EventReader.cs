using System.Text.Json;
using Gild.Jinja.Diagnostics;

namespace DbtRunner;

/// <summary>Reads an event. Everything that is wrong with it is told at once; nothing is guessed, nothing passed over.</summary>
static class EventReader
{
    static readonly string[] s_fields =
    [
        "command", "select", "exclude", "selector", "vars", "target", "full_refresh", "threads", "fail_fast", "macro", "args", "resume", "fail_on_error",
    ];

    const int MostThreads = 64;
    const int MostProblems = 20;

    /// <exception cref="RunnerException">The event is no JSON object, or fields of it cannot be followed.</exception>
    public static RunRequest Read(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
        {
            throw Bad("the event is empty", "send a JSON object such as {\"command\": \"build\"}");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            ReadTexts(document.RootElement);
            return Read(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            throw Bad("a text of the event holds half of a character (a lone surrogate such as \\ud800)", null);
        }
        catch (JsonException e)
        {
            throw Bad($"the event is no JSON: {e.Message}", "send a JSON object such as {\"command\": \"build\"}");
        }
    }

    /// <summary>JSON's grammar lets escapes through that are no text.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    static void ReadTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    ReadTexts(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadTexts(property.Value);
                }

                break;
        }
    }

    static RunRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Bad($"the event is {KindOf(root.ValueKind)}, not an object", "send a JSON object such as {\"command\": \"build\"}");
        }

        if (ForeignEvents.Find(root) is { } foreign)
        {
            throw Bad($"this is {foreign.What}, not an event of the runner", foreign.Help);
        }

        Fields fields = new(root);
        string name = fields.Text("command") ?? "run";
        RunnerCommand? command = RunnerCommand.Find(name);
        if (command is null)
        {
            IEnumerable<string> known = RunnerCommand.All.Select(c => c.Name);
            fields.Wrong($"there is no command `{Shown(name)}`{Near(name, known)}; known: {string.Join(", ", known)}");
            command = RunnerCommand.All[0];
        }

        RunRequest request = new()
        {
            Command = command,
            Select = fields.Words("select"),
            Exclude = fields.Words("exclude"),
            Selector = fields.Text("selector"),
            Vars = fields.Object("vars"),
            Target = fields.Text("target"),
            FullRefresh = fields.Flag("full_refresh"),
            Threads = fields.Integer("threads", 1, MostThreads),
            FailFast = fields.Flag("fail_fast"),
            Macro = fields.Text("macro"),
            Args = fields.Object("args"),
            Resume = fields.Resume("resume"),
            FailOnError = fields.Flag("fail_on_error") ?? true,
            IsOnlyResume = fields.Has("resume") && root.EnumerateObject().All(p => p.Name is "resume" or "fail_on_error" || p.Value.ValueKind == JsonValueKind.Null),
        };
        if (fields.Problems.Count == 0)
        {
            Check(request, fields);
        }

        return fields.Problems.Count == 0 ? request : throw Bad(fields.All, null);
    }

    /// <summary>Fields that the command cannot follow are refused, not ignored.</summary>
    static void Check(RunRequest request, Fields fields)
    {
        RunnerCommand command = request.Command;
        foreach (string field in (string[])["select", "exclude", "selector"])
        {
            if (!command.Selects && fields.Has(field))
            {
                fields.Wrong($"`{command.Name}` takes no `{field}`");
            }
        }

        if (request.Selector is not null && (request.Select.Count > 0 || request.Exclude.Count > 0))
        {
            fields.Wrong("`selector` cannot stand beside `select` or `exclude`");
        }

        bool operation = command.Name == "run-operation";
        if (operation && request.Macro is null)
        {
            fields.Wrong("`run-operation` needs `macro`, the name of the macro");
        }

        foreach (string field in (string[])["macro", "args"])
        {
            if (!operation && fields.Has(field))
            {
                fields.Wrong($"`{field}` is for `run-operation`");
            }
        }

        if (!command.Resumes && request.Resume is not null)
        {
            fields.Wrong($"`{command.Name}` cannot be resumed");
        }
    }

    static RunnerException Bad(string problem, string? help) => new(RunnerException.BadEvent, $"Bad event: {problem}", help);

    static string Near(string name, IEnumerable<string> known) => name.Length <= 60 && NearestName.Find(name, known) is { } near ? $" (did you mean `{near}`?)" : "";

    static string Shown(string text) => BoundedText.Cut(text, 60);

    static string KindOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "null",
    };

    /// <summary>The fields by name; null counts as not given.</summary>
    sealed class Fields
    {
        readonly Dictionary<string, JsonElement> _given = new(StringComparer.Ordinal);
        readonly bool _hasUnknown;

        public Fields(JsonElement root)
        {
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (JsonProperty property in root.EnumerateObject())
            {
                if (!names.Add(property.Name))
                {
                    Wrong($"`{Shown(property.Name)}` is given twice");
                }
                else if (!s_fields.Contains(property.Name))
                {
                    _hasUnknown = true;
                    Wrong($"unknown field `{Shown(property.Name)}`{Near(property.Name, s_fields)}");
                }
                else if (property.Value.ValueKind != JsonValueKind.Null)
                {
                    _given[property.Name] = property.Value;
                }
            }
        }

        public List<string> Problems { get; } = [];

        /// <summary>In one text.</summary>
        public string All => string.Join("; ", Problems.Take(MostProblems))
            + (Problems.Count > MostProblems ? $"; and {Problems.Count - MostProblems} more" : "")
            + (_hasUnknown ? $"; known fields: {string.Join(", ", s_fields)}" : "");

        public void Wrong(string problem) => Problems.Add(problem);

        public bool Has(string name) => _given.ContainsKey(name);

        public string? Text(string name)
        {
            if (!_given.TryGetValue(name, out JsonElement value))
            {
                return null;
            }

            if (value.ValueKind != JsonValueKind.String)
            {
                Wrong($"`{name}` is {KindOf(value.ValueKind)}, not a text");
                return null;
            }

            string text = value.GetString()!;
            Check(name, text);
            return text.Length == 0 ? null : text;
        }

        /// <summary>A text or a list of texts; an empty text is none.</summary>
        public List<string> Words(string name)
        {
            if (!_given.TryGetValue(name, out JsonElement value) || value.ValueKind != JsonValueKind.Array)
            {
                if (_given.ContainsKey(name) && value.ValueKind != JsonValueKind.String)
                {
                    Wrong($"`{name}` is {EventReader.KindOf(value.ValueKind)}, not a text or a list of texts");
                    return [];
                }

                return Text(name) is { } text ? [text] : [];
            }

            List<string> words = [];
            foreach (JsonElement item in value.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.String)
                {
                    Wrong($"`{name}` holds {EventReader.KindOf(item.ValueKind)} where texts are expected");
                }
                else if (item.GetString() is { Length: > 0 } word)
                {
                    Check(name, word);
                    words.Add(word);
                }
            }

            return words;
        }

        void Check(string name, string text)
        {
            if (text.StartsWith('-'))
            {
                Wrong($"`{name}` holds '{Shown(text)}', which looks like a flag; flags are fields of their own here");
            }
            else if (text.Any(char.IsControl))
            {
                Wrong($"`{name}` holds a control character");
            }
        }

        public bool? Flag(string name)
        {
            if (!_given.TryGetValue(name, out JsonElement value))
            {
                return null;
            }

            if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                Wrong($"`{name}` is {EventReader.KindOf(value.ValueKind)}, not true or false");
                return null;
            }

            return value.GetBoolean();
        }

        public int? Integer(string name, int least, int most)
        {
            if (!_given.TryGetValue(name, out JsonElement value))
            {
                return null;
            }

            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most)
            {
                return number;
            }

            Wrong($"`{name}` is {(value.ValueKind == JsonValueKind.Number ? Shown(value.GetRawText()) : EventReader.KindOf(value.ValueKind))}, not a whole number from {least} to {most}");
            return null;
        }

        /// <summary>The JSON text of an object.</summary>
        public string? Object(string name)
        {
            if (!_given.TryGetValue(name, out JsonElement value))
            {
                return null;
            }

            if (value.ValueKind != JsonValueKind.Object)
            {
                Wrong($"`{name}` is {EventReader.KindOf(value.ValueKind)}, not an object");
                return null;
            }

            return value.EnumerateObject().Any() ? value.GetRawText() : null;
        }

        public string? Resume(string name)
        {
            string? token = Text(name);
            if (token is not null && token != RunRequest.ResumeNew && !RunId.IsValid(token))
            {
                Wrong($"`{name}` is '{Shown(token)}', not the `resume` of an answer (nor `{RunRequest.ResumeNew}`, which begins anew)");
            }

            return token;
        }
    }
}
