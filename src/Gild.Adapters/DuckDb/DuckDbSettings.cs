using System.Text;
using Gild.Jinja.Values;

namespace Gild.Adapters.DuckDb;

/// <summary>A profile's output for DuckDB, with dbt-duckdb's keys.</summary>
sealed record DuckDbSettings
{
    const string InMemory = ":memory:";

    /// <summary>As the profile says it; relative to the working directory.</summary>
    internal required string Path { get; init; }

    internal required string Database { get; init; }

    internal required string Schema { get; init; }

    internal required int Threads { get; init; }

    internal required string ExternalRoot { get; init; }

    internal required bool DisableTransactions { get; init; }

    internal required int ConnectAttempts { get; init; }

    /// <summary>Names of the databases that are DuckLake catalogs.</summary>
    internal required IReadOnlyList<string> DuckLakes { get; init; }

    /// <summary>Options of the database, given when it is opened.</summary>
    internal required IReadOnlyList<KeyValuePair<string, string>> Options { get; init; }

    /// <summary>Statements for the database once it is open: extensions, secrets, attached databases.</summary>
    internal required IReadOnlyList<SetupStatement> DatabaseSetup { get; init; }

    /// <summary>SET statements for each session.</summary>
    internal required IReadOnlyList<SetupStatement> SessionSetup { get; init; }

    internal bool IsInMemory => Path == InMemory;

    internal static DuckDbSettings Read(ProfileReader profile)
    {
        RefuseUnsupported(profile);
        string path = profile.Text("path") ?? InMemory;
        if (path.StartsWith("md:", StringComparison.OrdinalIgnoreCase) || path.StartsWith("motherduck:", StringComparison.OrdinalIgnoreCase))
        {
            throw profile.Wrong("path", "names a MotherDuck database; only files on this machine and :memory: are supported");
        }

        if (IsDuckLake(path))
        {
            throw profile.Wrong("path", "names a DuckLake; give it to 'attach' with an alias, and name the alias as 'database'");
        }

        List<SetupStatement> setup = [.. Extensions(profile), .. Secrets(profile)];
        List<string> aliases = [];
        List<string> lakes = [];
        foreach (Value entry in profile.List("attach"))
        {
            setup.Add(Attach(profile.Nested(entry, "attach"), aliases, lakes));
        }

        string database = DatabaseName(profile, path, aliases);
        if (profile.Flag("is_ducklake", false))
        {
            lakes.Add(database);
        }

        return new DuckDbSettings
        {
            Path = path,
            Database = database,
            DuckLakes = lakes,
            Schema = profile.Text("schema") ?? "main",
            Threads = profile.Threads(),
            ExternalRoot = profile.Text("external_root") ?? ".",
            DisableTransactions = profile.Flag("disable_transactions", false),
            ConnectAttempts = Retries(profile),
            Options = [.. profile.Map("config_options").Select(o => KeyValuePair.Create(o.Key, o.Value.ToString()))],
            DatabaseSetup = setup,
            SessionSetup = [.. profile.Map("settings").Select(s => new SetupStatement(
                $"set {s.Key} = '{Escape(s.Value.ToString())}'", $"settings.{s.Key}"))],
        };
    }

    static void RefuseUnsupported(ProfileReader profile)
    {
        profile.Refuse("plugins", "they are Python modules");
        profile.Refuse("module_paths", "they hold Python modules");
        profile.Refuse("filesystems", "they are Python's fsspec; use the extensions httpfs or azure and secrets");
        profile.Refuse("remote", "use a database file on this machine, or the adapter postgres");
    }

    static string DatabaseName(ProfileReader profile, string path, List<string> aliases)
    {
        string fromPath = path == InMemory ? "memory" : System.IO.Path.GetFileNameWithoutExtension(path);
        if (fromPath.Length == 0)
        {
            throw profile.Wrong("path", $"is '{path}', which names no file");
        }

        string database = profile.Text("database") ?? fromPath;
        return database == fromPath || aliases.Contains(database)
            ? database
            : throw profile.Wrong(
                "database", $"is '{database}' but the file of 'path' makes the name '{fromPath}'; leave it out, or name an alias of 'attach'");
    }

    static int Retries(ProfileReader profile) =>
        profile.Has("retries") ? Math.Max(1, profile.Nested(profile.Raw("retries"), "retries").Integer("connect_attempts", 1)) : 1;

    static IEnumerable<SetupStatement> Extensions(ProfileReader profile)
    {
        foreach (Value entry in profile.List("extensions"))
        {
            string name = entry.ToString();
            string from = "";
            if (entry.IsObject)
            {
                ProfileReader extension = profile.Nested(entry, "extensions");
                name = extension.Require("name");
                from = $" from {extension.Require("repo")}";
            }

            // An extension that is there already needs no network.
            yield return new SetupStatement($"load {name}", $"extensions: {name}") { Otherwise = $"install {name}{from}; load {name}" };
        }
    }

    static IEnumerable<SetupStatement> Secrets(ProfileReader profile)
    {
        int number = 0;
        foreach (Value entry in profile.List("secrets"))
        {
            number++;
            yield return Secret(profile.Nested(entry, "secrets"), entry.As<DictValue>()!, $"_dbt_secret_{number}");
        }

        if (profile.Text("use_credential_provider") is { } provider)
        {
            yield return provider == "aws"
                ? new SetupStatement("create or replace secret _dbt_secret_0 (type s3, provider credential_chain)", "use_credential_provider")
                : throw profile.Wrong("use_credential_provider", $"is '{provider}' but only 'aws' is known");
        }
    }

    static SetupStatement Secret(ProfileReader secret, DictValue keys, string defaultName)
    {
        string name = secret.Text("name") ?? defaultName;
        StringBuilder sql = new("create or replace ");
        sql.Append(secret.Flag("persistent", false) ? "persistent secret " : "secret ").Append(Quote(name));
        sql.Append(" (type ").Append(secret.Require("type"));
        foreach ((string key, Value value) in ProfileReader.Entries(keys))
        {
            if (key is not ("name" or "type" or "persistent" or "storage") && !value.IsNone)
            {
                sql.Append(", ").Append(key).Append(' ').Append(SecretValue(value));
            }
        }

        return new SetupStatement(sql.Append(')').ToString(), $"secrets: {name}") { IsSecret = true };
    }

    static string SecretValue(Value value)
    {
        if (value.As<ListValue>() is { } list)
        {
            return $"[{string.Join(", ", list.Elements.Select(SecretValue))}]";
        }

        return value.As<DictValue>() is { } map
            ? $"map {{{string.Join(", ", ProfileReader.Entries(map).Select(e => $"'{Escape(e.Key)}': {SecretValue(e.Value)}"))}}}"
            : $"'{Escape(value.ToString())}'";
    }

    static bool IsDuckLake(string path) => path.StartsWith("ducklake:", StringComparison.OrdinalIgnoreCase);

    static SetupStatement Attach(ProfileReader attach, List<string> aliases, List<string> lakes)
    {
        string path = attach.Require("path");
        if (path.StartsWith("md:", StringComparison.OrdinalIgnoreCase))
        {
            throw attach.Wrong("attach", $"names '{path}'; MotherDuck is not supported");
        }

        List<string> options = [];
        if (attach.Text("type") is { } type)
        {
            options.Add($"type {type}");
        }

        if (attach.Text("secret") is { } secret)
        {
            options.Add($"secret {secret}");
        }

        if (attach.Flag("read_only", false))
        {
            options.Add("read_only");
        }

        options.AddRange(attach.Map("options").Where(o => !o.Value.IsNone && !(o.Value.IsBool && !o.Value.AsBool))
            .Select(o => o.Value.IsBool ? o.Key : o.Value.IsString ? $"{o.Key} '{Escape(o.Value.ToString())}'" : $"{o.Key} {o.Value}"));
        string alias = "";
        if (attach.Text("alias") is { } name)
        {
            aliases.Add(name);
            alias = $" as {name}";
        }

        if (IsDuckLake(path) || attach.Flag("is_ducklake", false))
        {
            lakes.Add(attach.Text("alias") ?? System.IO.Path.GetFileNameWithoutExtension(path[(path.IndexOf(':', StringComparison.Ordinal) + 1)..]));
        }

        return new SetupStatement(
            $"attach if not exists '{Escape(path)}'{alias}{(options.Count == 0 ? "" : $" ({string.Join(", ", options)})")}", $"attach: {path}");
    }

    static string Escape(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>A statement that the profile asks for.</summary>
/// <param name="Origin">The key of the profile, for messages.</param>
sealed record SetupStatement(string Sql, string Origin)
{
    /// <summary>What to run when the first statement fails.</summary>
    internal string? Otherwise { get; init; }

    /// <summary>Whether the text may hold a password, so that no message may repeat it.</summary>
    internal bool IsSecret { get; init; }
}
