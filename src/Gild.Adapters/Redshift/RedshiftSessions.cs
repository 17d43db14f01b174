using System.Globalization;
using System.Net.Sockets;
using Gild.Adapters.Postgres;
using Gild.Engine.Adapters;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Gild.Adapters.Redshift;

/// <summary>Opens sessions: signs in, connects within the limit of the profile, tries again what passes, and sets the session's parameters.</summary>
sealed class RedshiftSessions
{
    /// <summary>How long the client waits beyond the server's own limit of a statement before it takes the session for lost.</summary>
    const int GraceSeconds = 30;
    const int MillisecondsToHonourCancel = 2000;
    readonly RedshiftSettings _settings;
    readonly RedshiftSignIn _signIn;
    readonly SessionRules _rules;
    readonly ResiliencePipeline _retries;
    static readonly ResiliencePropertyKey<Action<RetryNotice>> s_retrying = new("retrying");

    /// <param name="pause">First pause before another attempt; later ones are longer.</param>
    internal RedshiftSessions(RedshiftSettings settings, RedshiftSignIn signIn, TimeSpan pause)
    {
        _settings = settings;
        _signIn = signIn;
        _rules = new SessionRules
        {
            ImplicitBegin = !settings.Autocommit,
            Transactions = true,
            StatementsTogether = false,
            GivesUpWaiting = true,
            TypeOf = RedshiftTypes.Of,
            // The driver under dbt-redshift knows no command tags.
            ResponseOf = static (command, _) => new AdapterResponse("SUCCESS", null, Rows(command)),
            Errors = RedshiftErrors.Texts,
        };
        _retries = settings.Retries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder()
                    .Handle<NpgsqlException>(e => e.IsTransient || (settings.RetryAll && e is PostgresException)).Handle<TimeoutException>().Handle<SocketException>(),
                MaxRetryAttempts = settings.Retries,
                Delay = pause,
                BackoffType = DelayBackoffType.Exponential,
                MaxDelay = TimeSpan.FromSeconds(60),
                OnRetry = retry =>
                {
                    retry.Context.Properties.GetValue(s_retrying, static _ => { })(new RetryNotice(
                        $"the connection to {settings.Host}:{settings.Port}", retry.AttemptNumber + 2, settings.Retries + 1, retry.RetryDelay, RetryNotice.ErrorOf(retry.Outcome.Exception)));
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    static long Rows(NpgsqlBatchCommand? command) => command?.StatementType switch
    {
        null or StatementType.Other or StatementType.Unknown => -1,
        _ => (long)command.Rows,
    };

    /// <exception cref="AdapterException">When AWS gives no password, or the warehouse cannot be reached or refuses.</exception>
    /// <param name="retrying">Told of each attempt that follows a failed one.</param>
    internal RedshiftSession Open(Action<RetryNotice> retrying, CancellationToken cancellation)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(s_retrying, retrying);
        try
        {
            return _retries.Execute(c => Connect(retrying, c.CancellationToken), context);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or SocketException or IOException)
        {
            throw RedshiftErrors.Texts.CannotConnect(e, _settings.Host, _settings.Port, _settings.Database, HintOfConnect(e));
        }
        catch (NotSupportedException e) when (e.Message.Contains("uthentication", StringComparison.Ordinal))
        {
            throw RedshiftErrors.Texts.CannotConnect(
                e, _settings.Host, _settings.Port, _settings.Database,
                $"The password of {_settings.User ?? "this user"} is kept as SHA-256, which needs Amazon's own drivers: give the user an MD5 password "
                + "(alter user ... password 'md5...'), or sign in with method 'iam_role' or 'iam'.");
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            throw RedshiftErrors.Texts.CannotConnect(
                e, _settings.Host, _settings.Port, _settings.Database, "What answers there does not speak Redshift's protocol: check host and port.");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    static string? HintOfConnect(Exception e) => e is PostgresException ? null
        : e.InnerException is TimeoutException || e is TimeoutException
            ? "Nothing answered in time: check host and port, the security group, and that this machine is inside the VPC; or raise 'connect_timeout'."
            : e.InnerException is System.Security.Authentication.AuthenticationException
                ? "The server's certificate was not accepted: check 'host', 'sslmode' and 'sslrootcert'."
                : "Check host and port in the profile, the security group, and that this machine is inside the VPC.";

    RedshiftSession Connect(Action<RetryNotice> retrying, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        NpgsqlDataSource source = ToDataSource(_signIn.ForNewSession(retrying, cancellation));
        NpgsqlConnection? connection = null;
        try
        {
            connection = source.CreateConnection();
            // Only the asynchronous form can be given up before its limit.
            connection.OpenAsync(cancellation).GetAwaiter().GetResult();
            foreach (string statement in SessionStatements())
            {
                using NpgsqlCommand command = new(statement, connection);
                _ = command.ExecuteNonQueryAsync(cancellation).GetAwaiter().GetResult();
            }

            return new RedshiftSession(new PostgresConnection(connection, _rules), source, ProcessIdOf(connection, cancellation));
        }
        catch
        {
            connection?.Dispose();
            source.Dispose();
            throw;
        }
    }

    /// <summary>The number in the protocol's own message is that of an endpoint in between (dbt-redshift#705), so the server is asked.</summary>
    static int ProcessIdOf(NpgsqlConnection connection, CancellationToken cancellation)
    {
        using NpgsqlCommand command = new("select pg_backend_pid()", connection) { AllResultTypesAreUnknown = true };
        return int.TryParse(
            command.ExecuteScalarAsync(cancellation).GetAwaiter().GetResult() as string, NumberStyles.Integer, CultureInfo.InvariantCulture, out int id) ? id : 0;
    }

    IEnumerable<string> SessionStatements()
    {
        if (_settings.Role is { } role)
        {
            yield return $"set role {role}";
        }

        if (_settings.QueryGroup is { } group)
        {
            yield return SetQueryGroup(group);
        }

        if (_settings.SearchPath is { } path)
        {
            yield return $"set search_path to {path}";
        }

        if (_settings.QueryTimeout > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"set statement_timeout to {_settings.QueryTimeout * 1000L}");
        }

        foreach ((string name, string value) in _settings.SessionSettings)
        {
            yield return $"set {name} to {Literal(value)}";
        }
    }

    internal static string SetQueryGroup(string group) => $"set query_group to {Literal(group)}";

    static string Literal(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    NpgsqlDataSource ToDataSource(DatabaseSignIn signIn)
    {
        NpgsqlSlimDataSourceBuilder builder = new();
        builder.EnableTransportSecurity();
        // Every cell is read as text, and Redshift's catalog of types is slow and unlike PostgreSQL's.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        NpgsqlConnectionStringBuilder keys = builder.ConnectionStringBuilder;
        keys.Host = _settings.Host;
        keys.Port = _settings.Port;
        keys.Username = signIn.User;
        keys.Password = signIn.Password;
        keys.Database = _settings.Database;
        keys.Timeout = Math.Clamp(_settings.ConnectTimeout, 0, 1024);
        keys.CommandTimeout = _settings.QueryTimeout == 0 ? 0 : _settings.QueryTimeout + GraceSeconds;
        keys.CancellationTimeout = MillisecondsToHonourCancel;
        keys.ApplicationName = "gild";
        keys.SslMode = _settings.SslMode;
        keys.RootCertificate = _settings.RootCertificate;
        keys.GssEncryptionMode = GssEncryptionMode.Disable;
        keys.Pooling = false;
        keys.NoResetOnClose = true;
        keys.IncludeErrorDetail = true;
        keys.MaxAutoPrepare = 0;
        keys.TcpKeepAlive = _settings.KeepAlive;
        if (_settings is { KeepAlive: true, KeepAliveIdle: > 0 })
        {
            keys.TcpKeepAliveTime = _settings.KeepAliveIdle;
            keys.TcpKeepAliveInterval = _settings.KeepAliveInterval > 0 ? _settings.KeepAliveInterval : _settings.KeepAliveIdle;
        }

        return builder.Build();
    }

    /// <summary>Ends a session that did not let itself be cancelled, from a session beside it; a session that is gone already is fine.</summary>
    internal void Terminate(int processId)
    {
        if (processId == 0)
        {
            return;
        }

        try
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(Math.Max(_settings.ConnectTimeout, 5)));
            using RedshiftSession other = Connect(static _ => { }, limit.Token);
            string sql = string.Create(CultureInfo.InvariantCulture, $"select pg_terminate_backend({processId})");
            _ = other.Connection.RunOne(new Statement(0, sql), sql, fetch: false, limit: null, limit.Token);
        }
        catch (Exception e) when (e is AdapterException or NpgsqlException or OperationCanceledException or TimeoutException or SocketException or IOException)
        {
            // The statement is abandoned either way; the server ends it when it notices that the client has gone.
        }
    }
}
