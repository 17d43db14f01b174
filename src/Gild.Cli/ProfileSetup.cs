using System.Globalization;
using Gild.Engine;
using Gild.Engine.Yaml;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Cli;

/// <summary>
/// Asks for what a connection needs, by the project's profile_template.yml or by the warehouse's own questions, and writes the answers into
/// profiles.yml, beside what that file holds already.
/// </summary>
sealed class ProfileSetup(InvocationOptions options, Prompts prompts, TextWriter output)
{
    const string FileName = "profiles.yml";
    const string TemplateName = "profile_template.yml";
    const string DuckDb = "duckdb";

    static readonly string[] s_adapters = [DuckDb, "postgres", "redshift"];

    /// <param name="project">The project's folder; its template counts, and a profile for DuckDB stands in it.</param>
    /// <param name="profile">The profile's name.</param>
    /// <param name="database">What a DuckDB file is called.</param>
    public void Run(string project, string profile, string database)
    {
        if (!MayWrite(ProfilesFile(), profile))
        {
            return;
        }

        if (Template(Path.Combine(project, TemplateName)) is { } template)
        {
            WriteAnswers(ProfilesFile(), profile, template);
            return;
        }

        output.WriteLine("Which database would you like to use?");
        string? adapter = prompts.TryChoose("Enter a number", s_adapters);
        if (adapter is null)
        {
            output.WriteLine("No answer: the profile is one for DuckDB, a file in the project.");
        }

        if (adapter is null or DuckDb)
        {
            DictValue duckdb = new() { ["type"] = DuckDb, ["path"] = $"{database}.duckdb", ["threads"] = 4 };
            string file = GivenFolder() is null ? Path.Combine(project, FileName) : ProfilesFile();
            if (file == ProfilesFile() || MayWrite(file, profile))
            {
                Write(file, profile, "dev", duckdb);
            }

            return;
        }

        WriteAnswers(ProfilesFile(), profile, YamlReader.Read(TemplateName, adapter == "postgres" ? PostgresQuestions : RedshiftQuestions)!.AsMapping!);
    }

    /// <summary>Whether profiles.yml has the profile.</summary>
    public bool Exists(string profile) => File.Exists(ProfilesFile()) && Read(ProfilesFile())?.Find(profile) is not null;

    string? GivenFolder() => (options.ProfilesDirectory ?? options.Environment("DBT_PROFILES_DIR")) is { Length: > 0 } given
        ? Path.GetFullPath(given, options.WorkingDirectory)
        : null;

    /// <summary>The file in the folder that was given, else in the working directory where there is one, else in <c>~/.dbt</c>.</summary>
    public string ProfilesFile()
    {
        string here = Path.Combine(options.WorkingDirectory, FileName);
        return GivenFolder() is { } given ? Path.Combine(given, FileName)
            : File.Exists(here) ? here
            : Path.Combine(options.Environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dbt", FileName);
    }

    bool MayWrite(string file, string profile) =>
        !File.Exists(file) || Read(file)?.Find(profile) is null
        || prompts.Confirm($"The profile {profile} already exists in {file}. Continue and overwrite it?");

    static YamlMapping? Read(string file) => YamlReader.Read(new SourceText(file, File.ReadAllText(file))) switch
    {
        null or YamlScalar { Value.IsNone: true } => null,
        YamlMapping mapping => mapping,
        var other => throw new GildException(DbtKinds.Runtime, new Diagnostic("P0304", Severity.Error, $"{file} does not parse to a dictionary: it holds {other.KindWord}") { Labels = [other.Place()] }),
    };

    /// <summary>The project's template; null where there is none, or none that can be followed.</summary>
    YamlMapping? Template(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            if (YamlReader.Read(new SourceText(TemplateName, File.ReadAllText(file))) is YamlMapping { } template
                && (template.Find("prompts") ?? template.Find("fixed")) is YamlMapping)
            {
                return template;
            }
        }
        catch (GildException)
        {
            // Said below: a template that is no YAML is none.
        }

        output.WriteLine($"Invalid {TemplateName} in project: it must hold `fixed:` and `prompts:`. Asking for the database instead.");
        return null;
    }

    void WriteAnswers(string file, string profile, YamlMapping template)
    {
        DictValue target = template.Find("fixed")?.AsMapping?.ToDict() ?? new DictValue();
        if (template.Find("prompts")?.AsMapping is { } questions)
        {
            Ask(questions, target);
        }

        string name = "dev";
        if (target.TryGetValue("target", out Value given))
        {
            name = given.ToString();
            target.Remove("target");
        }

        Write(file, profile, name, target);
    }

    void Ask(YamlMapping questions, DictValue target)
    {
        const string choose = "_choose_";
        const string isFixed = "_fixed_";
        foreach (YamlEntry entry in questions.Entries)
        {
            string key = entry.KeyValue.ToString();
            if (key.StartsWith(choose, StringComparison.Ordinal) && entry.Value.AsMapping is { } choices)
            {
                string what = $"Desired {key[choose.Length..].Replace('_', ' ')} option (enter a number)";
                string chosen = prompts.TryChoose(what, [.. choices.Entries.Select(c => c.KeyValue.ToString())])
                    ?? throw new UsageException($"the input ended at the question `{what}`", "answer on a terminal, one line a question");
                if (choices.Find(chosen)?.AsMapping is { } further)
                {
                    Ask(further, target);
                }
            }
            else if (key.StartsWith(isFixed, StringComparison.Ordinal))
            {
                target[key[isFixed.Length..]] = entry.Value.ToValue();
            }
            else
            {
                target[key] = Answer(key, entry.Value.AsMapping);
            }
        }
    }

    Value Answer(string key, YamlMapping? question)
    {
        string? hint = question?.Find("hint")?.ToValue().ToString();
        Value otherwise = question?.Find("default")?.ToValue() ?? Value.None;
        string? type = question?.Find("type")?.AsText;
        string answer = prompts.Ask(
            hint is null ? key : $"{key} ({hint})",
            otherwise.IsNone ? null : otherwise.ToString(),
            question?.Find("hide_input")?.ToValue().IsTrue == true,
            given => Typed(given, type).IsUndefined ? $"'{given}' is not a valid {type}" : null);
        return Typed(answer, type);
    }

    /// <summary>The answer as its type; undefined where it cannot be that.</summary>
    static Value Typed(string answer, string? type) => type switch
    {
        "int" => long.TryParse(answer, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : Value.Undefined,
        "float" => double.TryParse(answer, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : Value.Undefined,
        "bool" => answer.ToLowerInvariant() switch
        {
            "true" or "t" or "1" or "yes" or "y" or "on" => true,
            "false" or "f" or "0" or "no" or "n" or "off" => false,
            _ => Value.Undefined,
        },
        _ => answer,
    };

    /// <summary>Puts the profile in the place of one of that name, else at the end; the rest of the file stays as it is.</summary>
    void Write(string file, string profile, string target, DictValue values)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        string block = $"{profile}:\n  outputs:\n    {target}:\n"
            + string.Concat(values.Entries.OrderBy(e => e.Key.ToString(), StringComparer.Ordinal).Select(e => $"      {e.Key}: {ProfileText.Of(e.Value)}\n"))
            + $"  target: {target}\n";
        string before = File.Exists(file) ? File.ReadAllText(file) : "";
        if (before.Length > 0 && Read(file) is { } present)
        {
            int index = present.Entries.ToList().FindIndex(e => e.KeyValue.AsString == profile);
            if (index >= 0)
            {
                int start = present.Entries[index].Key.Span.Offset;
                int end = index + 1 < present.Entries.Count ? present.Entries[index + 1].Key.Span.Offset : before.Length;
                File.WriteAllText(file, before[..start] + block + before[end..]);
                output.WriteLine($"Profile {profile} written to {file}.");
                return;
            }
        }

        string separator = before.Length == 0 || before.EndsWith('\n') ? "" : "\n";
        File.WriteAllText(file, before + separator + block);
        output.WriteLine($"Profile {profile} written to {file}. Run `gild debug` to check the connection.");
    }

    const string PostgresQuestions = """
        fixed:
          type: postgres
        prompts:
          host: {hint: "name or address of the server"}
          port: {default: 5432, type: int}
          user: {hint: "your user name"}
          pass: {hint: "your password", hide_input: true}
          dbname: {hint: "the database to build in"}
          schema: {hint: "the schema to build in"}
          threads: {hint: "1 or more", type: int, default: 1}
        """;

    const string RedshiftQuestions = """
        fixed:
          type: redshift
        prompts:
          host: {hint: "NAME.ID.REGION.redshift.amazonaws.com"}
          port: {default: 5439, type: int}
          user: {hint: "your user name"}
          _choose_authentication_method:
            password:
              password: {hint: "your password", hide_input: true}
            iam:
              _fixed_method: iam
          dbname: {hint: "the database to build in"}
          schema: {hint: "the schema to build in"}
          threads: {hint: "1 or more", type: int, default: 1}
        """;
}
