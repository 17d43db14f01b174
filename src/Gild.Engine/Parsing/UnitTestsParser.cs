using System.Security.Cryptography;
using System.Text;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;
using Sylvan.Data.Csv;

namespace Gild.Engine.Parsing;

/// <summary>Makes unit tests: reads rows from YAML, CSV text, fixture files or seeds, and attaches each to its model.</summary>
public sealed class UnitTestsParser(ParsingContext context, IReadOnlyList<ProjectFile> files)
{
    readonly ILookup<(string Package, string Name), ProjectFile> _fixtures = files.Where(f => f.Kind == FileKind.Fixture)
        .ToLookup(f => (f.Package.Name, f.BaseName));

    /// <summary>One unit test, not yet attached to its model.</summary>
    public UnitTestNode Parse(PropertyEntry entry, RefLookup refs)
    {
        string model = entry.Data.TextOf("model") ?? throw entry.Error("P0460", $"unit test '{entry.Name}' has no `model`");
        DictValue expect = entry.Data.DictOf("expect") ?? throw entry.Error("P0460", $"unit test '{entry.Name}' has no `expect`");
        List<string> fqn = [entry.Package, .. entry.File.OriginalPath.Split('/')[1..^1], model, entry.Name];
        DictValue config = context.Configs.Resolve(ResourceType.UnitTest, entry.Package, fqn, entry.Config, null);
        ListValue given = new();
        foreach (Value value in entry.Data.ListOf("given") ?? [])
        {
            DictValue input = value.As<DictValue>() ?? throw entry.Error("P0460", $"an input of unit test '{entry.Name}' must be a mapping", "given");
            if (input.TextOf("input") is null)
            {
                throw entry.Error("P0460", $"an input of unit test '{entry.Name}' has no `input`", "given", "input: ref('model')");
            }

            given.Elements.Add(ReadRows(entry, input, "input", refs));
        }

        DictValue properties = new()
        {
            ["given"] = given,
            ["expect"] = ReadRows(entry, expect, "expected", refs),
            ["overrides"] = Overrides(entry),
            ["versions"] = entry.Data.ValueOf("versions"),
        };
        UnitTestNode node = new()
        {
            UniqueId = $"unit_test.{entry.Package}.{model}.{entry.Name}",
            ResourceType = ResourceType.UnitTest,
            Name = entry.Name,
            PackageName = entry.Package,
            Path = entry.File.RelativePath,
            OriginalFilePath = entry.File.OriginalPath,
            Fqn = fqn,
            Config = new NodeConfig(config),
            Tags = config.TextsOf("tags"),
            Meta = config.DictOf("meta") ?? new DictValue(),
            Description = entry.Data.TextOf("description") ?? "",
            ModelName = model,
            Properties = properties,
        };
        node.Checksum = Checksum(node);
        return node;
    }

    /// <summary>Attaches a unit test to its model: the nodes for each tested version; disabled with a disabled model.</summary>
    public static IEnumerable<UnitTestNode> Attach(UnitTestNode test, PropertyEntry entry, RefLookup refs)
    {
        if (!test.Config.Enabled)
        {
            return [test];
        }

        string[] parts = test.ModelName.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Value version = parts.Length == 2 ? parts[1] : Value.None;
        Node? model = refs.Find(test.PackageName, parts[0], version, test.PackageName, out bool disabled);
        if (model is null && !disabled)
        {
            string? near = NearestName.Help(parts[0], refs.Names);
            throw entry.Error("P0461", $"Unable to find model '{test.PackageName}.{test.ModelName}' for unit test '{test.Name}' in {test.OriginalFilePath}", "model", near is null ? [] : [near]);
        }

        if (model is not ModelNode tested)
        {
            test.Config.Values["enabled"] = false;
            return [test];
        }

        Bind(test, tested);
        CheckIncremental(test, tested, entry);
        return tested.Version.IsNone ? [WithoutVersions(test, tested, entry)] : OfVersions(test, tested, entry, refs);
    }

    static void Bind(UnitTestNode test, ModelNode model)
    {
        test.DependsOnNodes.Clear();
        test.DependsOnNodes.Add(model.UniqueId);
        test.TestedNode = model.UniqueId;
        test.Schema = model.Schema;
    }

    static UnitTestNode WithoutVersions(UnitTestNode test, ModelNode model, PropertyEntry entry) =>
        test.Properties.DictOf("versions") is { } versions && versions.Entries.Any(e => !e.Value.IsNone)
            ? throw entry.Error("P0462", $"Unit test '{test.Name}' should not have a versions include or exclude when referencing non-versioned model '{model.Name}'", "versions")
            : test;

    static List<UnitTestNode> OfVersions(UnitTestNode test, ModelNode model, PropertyEntry entry, RefLookup refs)
    {
        DictValue? versions = test.Properties.DictOf("versions");
        if (versions is not null && !versions.ValueOf("include").IsNone && !versions.ValueOf("exclude").IsNone)
        {
            throw entry.Error("P0462", $"Unit test '{test.Name}' can either include or exclude versions, not both", "versions");
        }

        List<UnitTestNode> tests = [];
        foreach (ModelNode one in refs.VersionsOf(model.PackageName, model.Name))
        {
            bool Listed(string key) => (versions?.ListOf(key) ?? []).Exists(v => RefLookup.SameVersion(v, one.Version));
            bool tested = versions is null || (versions.TryGetValue("exclude", out _) ? !Listed("exclude") : Listed("include"));
            if (!tested)
            {
                continue;
            }

            UnitTestNode copy = new()
            {
                UniqueId = $"unit_test.{test.PackageName}.{test.ModelName}.{test.Name}_v{one.Version}",
                ResourceType = test.ResourceType,
                Name = test.Name,
                PackageName = test.PackageName,
                Path = test.Path,
                OriginalFilePath = test.OriginalFilePath,
                Fqn = test.Fqn,
                Config = test.Config,
                Tags = test.Tags,
                Meta = test.Meta,
                Description = test.Description,
                ModelName = test.ModelName,
                Properties = test.Properties,
                Version = one.Version,
                Checksum = test.Checksum,
            };
            Bind(copy, one);
            copy.Schema = model.Schema;
            tests.Add(copy);
        }

        return tests.Count > 0 ? tests : throw entry.Error("P0462", $"Unit test '{test.Name}' referenced a version of '{model.Name}' which was not found.", "versions");
    }

    static void CheckIncremental(UnitTestNode test, ModelNode model, PropertyEntry entry)
    {
        if (!model.DependsOnMacros.Contains("macro.dbt.is_incremental"))
        {
            return;
        }

        bool? set = test.Properties.DictOf("overrides")?.DictOf("macros")?.FlagOf("is_incremental");
        if (set is null)
        {
            throw entry.Error("P0463", $"Boolean override for 'is_incremental' must be provided for unit test '{test.Name}' in model '{model.Name}'", null,
                "overrides: {macros: {is_incremental: true}}");
        }

        if (set == true && !(test.Properties.ListOf("given") ?? []).Exists(i => i.As<DictValue>()?.TextOf("input") == "this"))
        {
            throw entry.Error("P0463", $"Unit test '{test.Name}' for incremental model '{model.Name}' must have a 'this' input", "given", "- input: this");
        }
    }

    static DictValue? Overrides(PropertyEntry entry)
    {
        if (entry.Data.DictOf("overrides") is not { } given)
        {
            return null;
        }

        DictValue overrides = new();
        foreach (string key in (ReadOnlySpan<string>)["macros", "vars", "env_vars"])
        {
            overrides[key] = given.DictOf(key) ?? new DictValue();
        }

        return overrides;
    }

    DictValue ReadRows(PropertyEntry entry, DictValue fixture, string kind, RefLookup refs)
    {
        string format = fixture.TextOf("format") ?? "dict";
        string? name = fixture.TextOf("fixture");
        Value rows = fixture.ValueOf("rows");
        GildException Mismatch(string more = "") => entry.Error("P0464", $"Unit test {entry.Name} has {kind} rows which do not match format {format}{more}", kind == "input" ? "given" : "expect");
        switch (format)
        {
            case "dict":
                if (rows.IsNone && name is null && fixture.TextOf("input") is { } input)
                {
                    rows = RowsOfSeed(entry, input, refs);
                }

                if (rows.As<ListValue>() is not { } list)
                {
                    throw Mismatch();
                }

                rows = FirstFullRowFirst(list.Elements);
                break;
            case "csv":
                string csv = name is not null ? FixtureText(entry, name) : rows.AsString ?? throw Mismatch(". Expected string.");
                rows = FirstFullRowFirst(RowsOfCsv(entry, csv, emptyIsNone: true));
                break;
            case "sql":
                rows = name is not null ? FixtureText(entry, name) : rows.AsString ?? throw Mismatch(". Expected string.");
                break;
            default:
                throw entry.Error("P0464", $"`format` of unit test '{entry.Name}' cannot be '{format}'", kind == "input" ? "given" : "expect", "one of dict, csv, sql");
        }

        DictValue read = new();
        if (fixture.TextOf("input") is { } reads)
        {
            read["input"] = reads;
        }

        read["rows"] = rows;
        read["format"] = format;
        read["fixture"] = name;
        return read;
    }

    // A warehouse may type a column by its first row: the first row without a null leads.
    static ListValue FirstFullRowFirst(List<Value> rows)
    {
        ListValue list = new(rows);
        int full = list.Elements.FindIndex(r => r.As<DictValue>() is { } row && row.Entries.All(e => !e.Value.IsNone));
        if (full > 0)
        {
            (list.Elements[0], list.Elements[full]) = (list.Elements[full], list.Elements[0]);
        }

        return list;
    }

    string FixtureText(PropertyEntry entry, string name)
    {
        ProjectFile[] files = [.. _fixtures[(entry.Package, name)]];
        if (files.Length > 1)
        {
            throw entry.Error("P0465", $"dbt found two fixtures with the name \"{name}\": {files[0].OriginalPath} and {files[1].OriginalPath}", null, "rename one of them");
        }

        ProjectFile file = files.FirstOrDefault()
            ?? throw entry.Error("P0465", $"File not found for fixture '{name}' in unit tests in {entry.File.OriginalPath}", null,
                NearestName.Help(name, _fixtures.Select(g => g.Key.Name)) ?? "fixtures are .csv and .sql files in tests/fixtures");
        return ProjectFiles.Read(file).Source.Text;
    }

    static ListValue RowsOfSeed(PropertyEntry entry, string input, RefLookup refs)
    {
        RefCall call = StaticReference.Read(input)?.Ref ?? throw entry.Error("P0464", $"the input {input} of unit test '{entry.Name}' needs rows", "given");
        if (refs.Find(call.Package ?? entry.Package, call.Name, Value.None, entry.Package, out _) is not SeedNode seed)
        {
            throw entry.Error("P0464", $"Unable to find seed '{call.Package ?? entry.Package}.{call.Name}' for unit tests: the input {input} has no rows", "given",
                "give the input `rows`, or name a seed");
        }

        string path = Path.Combine(seed.RootPath, seed.OriginalFilePath);
        return new ListValue(RowsOfCsv(entry, File.ReadAllText(path), emptyIsNone: false));
    }

    static List<Value> RowsOfCsv(PropertyEntry entry, string text, bool emptyIsNone)
    {
        List<Value> rows = [];
        if (string.IsNullOrWhiteSpace(text))
        {
            return rows;
        }

        try
        {
            using CsvDataReader reader = CsvDataReader.Create(new StringReader(text), new CsvDataReaderOptions { HasHeaders = true, Delimiter = ',', BufferSize = Math.Max(0x4000, text.Length + 16) });
            while (reader.Read())
            {
                DictValue row = new();
                for (int i = 0; i < reader.FieldCount; i++)
                {
                    string cell = i < reader.RowFieldCount ? reader.GetString(i) : "";
                    row[reader.GetName(i)] = cell.Length == 0 && (emptyIsNone || i >= reader.RowFieldCount) ? Value.None : cell;
                }

                rows.Add(row);
            }
        }
        catch (CsvFormatException e)
        {
            throw entry.Error("P0464", $"the CSV rows of unit test '{entry.Name}' cannot be read: {e.Message}");
        }

        return rows;
    }

    // dbt takes the checksum over the text that Python gives for its objects.
    static string Checksum(UnitTestNode test)
    {
        DictValue properties = test.Properties;
        StringBuilder data = new();
        data.Append(test.ModelName).Append('-').Append(VersionsText(properties.DictOf("versions"))).Append("-[");
        List<Value> given = properties.ListOf("given") ?? [];
        for (int i = 0; i < given.Count; i++)
        {
            DictValue input = given[i].As<DictValue>()!;
            data.Append(i > 0 ? ", " : "").Append("UnitTestInputFixture(input=").Append(ValueText.ToRepr(input.ValueOf("input"))).Append(", ").Append(FixtureFields(input)).Append(')');
        }

        data.Append("]-UnitTestOutputFixture(").Append(FixtureFields(properties.DictOf("expect")!)).Append(")-").Append(OverridesText(properties.DictOf("overrides")));
        foreach (Value value in given)
        {
            if (value.As<DictValue>() is { } input && input.TextOf("fixture") is not null)
            {
                data.Append('-').Append(ValueText.ToText(input.ValueOf("rows")));
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.ToString())));
    }

    static string FixtureFields(DictValue fixture)
    {
        string format = fixture.TextOf("format") ?? "dict";
        string member = format switch { "dict" => "Dict", "csv" => "CSV", _ => "SQL" };
        return $"rows={ValueText.ToRepr(fixture.ValueOf("rows"))}, format=<UnitTestFormat.{member}: '{format}'>, fixture={ValueText.ToRepr(fixture.ValueOf("fixture"))}";
    }

    static string VersionsText(DictValue? versions) => versions is null
        ? "None"
        : $"UnitTestNodeVersions(include={ValueText.ToRepr(versions.ValueOf("include"))}, exclude={ValueText.ToRepr(versions.ValueOf("exclude"))})";

    static string OverridesText(DictValue? overrides) => overrides is null
        ? "None"
        : $"UnitTestOverrides(macros={ValueText.ToRepr(overrides.ValueOf("macros"))}, vars={ValueText.ToRepr(overrides.ValueOf("vars"))}, env_vars={ValueText.ToRepr(overrides.ValueOf("env_vars"))})";
}
