using Gild.Engine.Adapters;
using Polly;
using Polly.Retry;

namespace Gild.Adapters.DuckDb;

/// <summary>
/// An open database. DuckDB lets one process open a file once, so all adapters of a process that name the same file share it; it closes,
/// and writes its log into the file, when the last connection and the last adapter are gone.
/// </summary>
sealed class DuckDbDatabase
{
    static readonly Lock Gate = new();
    static readonly Dictionary<string, DuckDbDatabase> Open = new(StringComparer.Ordinal);

    readonly DuckDbSettings _settings;
    readonly string? _key;
    nint _database;
    int _users;

    DuckDbDatabase(DuckDbSettings settings, string? key)
    {
        _settings = settings;
        _key = key;
    }

    /// <summary>The database of the profile, opened unless it is already; call <see cref="Release"/> when done.</summary>
    internal static DuckDbDatabase Acquire(DuckDbSettings settings)
    {
        lock (Gate)
        {
            string? key = settings.IsInMemory ? null : Path.GetFullPath(settings.Path);
            if (key is not null && Open.TryGetValue(key, out DuckDbDatabase? shared))
            {
                shared._users++;
                shared.RunSetup(settings);
                return shared;
            }

            DuckDbDatabase database = new(settings, key);
            database.OpenWithRetries(key);
            database._users = 1;
            try
            {
                database.RunSetup(settings);
            }
            catch
            {
                database.Close();
                throw;
            }

            if (key is not null)
            {
                Open.Add(key, database);
            }

            return database;
        }
    }

    internal nint Connect()
    {
        lock (Gate)
        {
            if (DuckDbNative.Connect(_database, out nint connection) != DuckDbNative.Success)
            {
                throw new AdapterException($"DuckDB refused a further connection to {_settings.Path}.");
            }

            _users++;
            return connection;
        }
    }

    internal void Release()
    {
        lock (Gate)
        {
            if (--_users == 0)
            {
                if (_key is not null)
                {
                    Open.Remove(_key);
                }

                Close();
            }
        }
    }

    /// <summary>The zone in which sessions of this profile show times.</summary>
    internal TimeZoneInfo TimeZone()
    {
        using DuckDbConnection session = NewSession(_settings);
        QueryResult zone = session.Execute("select current_setting('TimeZone')", fetch: true, limit: null, CancellationToken.None);
        return TimeZoneInfo.TryFindSystemTimeZoneById(zone.Table.Rows[0][0].ToString(), out TimeZoneInfo? known) ? known : TimeZoneInfo.Utc;
    }

    internal DuckDbConnection NewSession(DuckDbSettings settings)
    {
        DuckDbConnection session = new(this);
        try
        {
            foreach (SetupStatement statement in settings.SessionSetup)
            {
                RunSetup(session, statement);
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    void RunSetup(DuckDbSettings settings)
    {
        if (settings.DatabaseSetup.Count == 0)
        {
            return;
        }

        using DuckDbConnection session = new(this);
        foreach (SetupStatement statement in settings.DatabaseSetup)
        {
            RunSetup(session, statement);
        }
    }

    static void RunSetup(DuckDbConnection session, SetupStatement statement)
    {
        try
        {
            try
            {
                _ = session.Execute(statement.Sql, fetch: false, limit: null, CancellationToken.None);
            }
            catch (AdapterException) when (statement.Otherwise is not null)
            {
                _ = session.Execute(statement.Otherwise, fetch: false, limit: null, CancellationToken.None);
            }
        }
        catch (AdapterException e)
        {
            string reason = statement.IsSecret ? "DuckDB does not accept it" : e.Message;
            bool offline = e.Message.Contains("Failed to download", StringComparison.Ordinal)
                || e.Message.Contains("Could not establish connection", StringComparison.Ordinal);
            throw new AdapterException($"Profile, {statement.Origin}: {reason}")
            {
                Kind = "Runtime Error",
                Hint = offline ? "The extension is not on this machine and cannot be downloaded; install it once with a network." : e.Hint,
            };
        }
    }

    void OpenWithRetries(string? key)
    {
        if (_settings.ConnectAttempts <= 1)
        {
            OpenOnce(key);
            return;
        }

        new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<AdapterException>(),
                MaxRetryAttempts = _settings.ConnectAttempts - 1,
                Delay = TimeSpan.FromSeconds(1),
                BackoffType = DelayBackoffType.Exponential,
                MaxDelay = TimeSpan.FromSeconds(30),
            })
            .Build()
            .Execute(() => OpenOnce(key));
    }

    void OpenOnce(string? key)
    {
        nint config = 0;
        try
        {
            CheckFolder(key);
            _ = DuckDbNative.CreateConfig(out config);
            foreach ((string name, string option) in _settings.Options)
            {
                if (DuckDbNative.SetConfig(config, name, option) != DuckDbNative.Success)
                {
                    throw new AdapterException($"Profile, config_options: DuckDB does not know '{name}' or does not accept '{option}' for it.")
                    {
                        Kind = "Runtime Error",
                    };
                }
            }

            if (DuckDbNative.OpenExt(key, out _database, config, out nint error) != DuckDbNative.Success)
            {
                throw DuckDbErrors.CannotOpen(_settings.Path, DuckDbNative.TakeText(error) ?? "no reason given");
            }
        }
        catch (DllNotFoundException e)
        {
            throw new AdapterException("DuckDB's library (libduckdb) is not beside this program.", e)
            {
                Kind = "Runtime Error",
                Hint = "Run the gild executable from the folder it was unpacked into, together with libduckdb.",
            };
        }
        finally
        {
            if (config != 0)
            {
                DuckDbNative.DestroyConfig(ref config);
            }
        }
    }

    void CheckFolder(string? key)
    {
        if (key is not null && Path.GetDirectoryName(key) is { } folder && !Directory.Exists(folder))
        {
            throw new AdapterException($"Cannot open the DuckDB database '{_settings.Path}': the folder {folder} does not exist.")
            {
                Kind = "Runtime Error",
                Hint = "Make the folder, or change 'path' in the profile; a relative path starts at the working directory.",
            };
        }
    }

    void Close() => DuckDbNative.Close(ref _database);
}
