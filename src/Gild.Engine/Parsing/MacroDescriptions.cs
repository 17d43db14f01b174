using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Gives macros what <c>macros:</c> of property files says of them, and compares it with their code where the project asks for that.</summary>
sealed class MacroDescriptions(ParsingContext context, IReadOnlyList<MacroNode> macros, Descriptions docs)
{
    /// <summary>How many types each kind of argument takes in brackets.</summary>
    static readonly Dictionary<string, int> TypeWords = new(StringComparer.Ordinal)
    {
        ["str"] = 0,
        ["string"] = 0,
        ["bool"] = 0,
        ["int"] = 0,
        ["integer"] = 0,
        ["float"] = 0,
        ["any"] = 0,
        ["list"] = 1,
        ["dict"] = 2,
        ["optional"] = 1,
        ["relation"] = 0,
        ["column"] = 0,
    };

    readonly bool _validates = context.Project.Flags.FlagOf("validate_macro_args") == true;

    /// <summary>The arguments of the code, for macros that nothing describes; only where the project's flag <c>validate_macro_args</c> is on.</summary>
    public void TakeArguments()
    {
        if (!_validates)
        {
            return;
        }

        MacroNamespace names = context.Context.Macros;
        foreach (MacroNode macro in macros.Where(m => !names.IsInternal(m.PackageName)))
        {
            macro.Arguments = [.. names.Definition(macro).Parameters.Select(p => (Value)Argument(p.Name, Value.None, ""))];
        }
    }

    /// <exception cref="GildException">Compilation Error for a macro described twice.</exception>
    public void Apply(PropertyEntry entry)
    {
        MacroNode? macro = macros.FirstOrDefault(m => m.PackageName == entry.Package && m.Name == entry.Name);
        if (macro is null)
        {
            context.Bag.Warn("MacroNotFoundForPatch", "P0412", $"no macro is called '{entry.Name}': this description belongs to nothing", entry.NamePlace,
                NearestName.Help(entry.Name, macros.Where(m => m.PackageName == entry.Package).Select(m => m.Name)) is { } help ? [help] : []);
            return;
        }

        if (macro.PatchPath is not null)
        {
            string first = macro.PatchPath[(macro.PatchPath.IndexOf("://", StringComparison.Ordinal) + 3)..];
            throw entry.Twice($"macro '{entry.Name}' is described twice: in {first} and in {entry.File.OriginalPath}", "merge the two descriptions and remove one");
        }

        macro.PatchPath = entry.PatchPath;
        DictValue meta = entry.Data.DictOf("meta")?.Copy() ?? new DictValue();
        foreach (KeyValuePair<Value, Value> item in entry.Config.DictOf("meta")?.Entries ?? [])
        {
            meta[item.Key] = item.Value;
        }

        macro.Meta = meta;
        macro.Docs = entry.Config.DictOf("docs") ?? entry.Data.DictOf("docs");
        (macro.Description, _) = docs.Render(entry.Data.TextOf("description") ?? "", entry.Package, macro.UniqueId, entry.NamePlace);
        List<DictValue> described = [.. (entry.Data.ListOf("arguments") ?? []).Select(a => a.As<DictValue>()).OfType<DictValue>()];
        if (_validates)
        {
            Compare(macro, described, entry);
        }

        if (described.Count > 0 || !_validates)
        {
            macro.Arguments = [.. described.Select(argument =>
            {
                (string text, _) = docs.Render(argument.TextOf("description") ?? "", entry.Package, macro.UniqueId, entry.NamePlace);
                return (Value)Argument(argument.ValueOf("name"), argument.ValueOf("type"), text);
            })];
        }
    }

    void Compare(MacroNode macro, List<DictValue> described, PropertyEntry entry)
    {
        if (described.Count == 0)
        {
            return;
        }

        List<string> own = [.. macro.Arguments.Select(a => a.As<DictValue>()!.TextOf("name")!)];
        foreach ((string name, DictValue argument) in own.Zip(described).Where(p => p.Second.TextOf("name") != p.First))
        {
            Warn(entry, $"Argument {argument.TextOf("name")} in yaml for macro {macro.Name} does not match the jinja definition.", $"its code has {name} there");
        }

        if (own.Count != described.Count)
        {
            Warn(entry, $"The number of arguments in the yaml for macro {macro.Name} does not match the jinja definition.", $"its code has {string.Join(", ", own)}");
        }

        foreach (DictValue argument in described.Where(a => a.TextOf("type") is { } type && !string.IsNullOrWhiteSpace(type) && !IsType(type)))
        {
            Warn(entry, $"Argument {argument.TextOf("name")} in the yaml for macro {macro.Name} has an invalid type.",
                $"a type is one of {string.Join(", ", TypeWords.Keys)}, with types in brackets behind list, dict and optional");
        }
    }

    void Warn(PropertyEntry entry, string message, string help) => context.Bag.Warn("InvalidMacroAnnotation", new Diagnostic("P0413", Severity.Warning, message)
    {
        Labels = [entry.PlaceOf("arguments")],
        Help = [help],
    }, ("msg", message), ("macro_file_path", entry.File.OriginalPath));

    static bool IsType(string text)
    {
        string type = text.Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal);
        int at = 0;
        return TakeType(type, ref at) && at == type.Length;
    }

    static bool TakeType(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && text[at] is >= 'a' and <= 'z')
        {
            at++;
        }

        if (!TypeWords.TryGetValue(text[start..at], out int inner))
        {
            return false;
        }

        for (int i = 0; i < inner; i++)
        {
            if (!Take(text, ref at, i == 0 ? '[' : ',') || !TakeType(text, ref at))
            {
                return false;
            }
        }

        return inner == 0 || Take(text, ref at, ']');
    }

    static bool Take(string text, ref int at, char expected)
    {
        bool found = at < text.Length && text[at] == expected;
        at += found ? 1 : 0;
        return found;
    }

    static DictValue Argument(Value name, Value type, string description) => new() { ["name"] = name, ["type"] = type, ["description"] = description };
}
