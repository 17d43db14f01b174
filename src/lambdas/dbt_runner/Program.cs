using System.Text;
using Gild.Adapters.Aws;
using Gild.Adapters.Postgres;
using Gild.Adapters.Redshift;
using Gild.Engine;
using Gild.Engine.Adapters;

namespace DbtRunner;

/// <summary>The function's <c>bootstrap</c>: asks the runtime API for events, one after the other, and answers them.</summary>
static class Program
{
    const int UsageError = 2;

    static int Main()
    {
        if (Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API") is not { Length: > 0 } host)
        {
            Console.Error.WriteLine("This program runs inside AWS Lambda (AWS_LAMBDA_RUNTIME_API is not set). On a laptop: gild lambda --event event.json");
            return UsageError;
        }

        SecretMask mask = SecretMask.OfFunction(RunnerSettings.AllVariables());
        using StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(false)) { NewLine = "\n" };
        using InvocationLog log = new(output, mask, Environment.GetEnvironmentVariable("AWS_LAMBDA_LOG_FORMAT"), Environment.GetEnvironmentVariable("AWS_LAMBDA_LOG_LEVEL"));
        using RuntimeClient client = new(host);
        try
        {
            return Serve(client, log, mask);
        }
        catch (RuntimeApiException e)
        {
            log.Write(LogLevel.Error, e.Message);
            return 1;
        }
    }

    /// <summary>What is not named here is not linked in: DuckDB's library must not be in the function's package.</summary>
    static AdapterRegistry Adapters() => new(RedshiftAdapter.Factory, PostgresAdapter.Factory);

    static int FailToStart(RuntimeClient client, InvocationLog log, string message, string type)
    {
        log.Write(LogLevel.Error, message);
        client.FailToStart(message, type);
        return 1;
    }

    static int Serve(RuntimeClient client, InvocationLog log, SecretMask mask)
    {
        RunnerSettings settings;
        try
        {
            settings = new RunnerSettings(Environment.GetEnvironmentVariable);
            using AwsRequests aws = new(AwsCredentialSource.DefaultChain(), new AwsEndpoints(settings.Variable));
            _ = RunStore.Open(settings.StatePlace, aws, settings.Variable);
        }
        catch (RunnerException e)
        {
            return FailToStart(client, log, e.Help is null ? e.Message : $"{e.Message} ({e.Help})", e.ErrorType);
        }
        catch (AwsException e)
        {
            return FailToStart(client, log, e.Message, RunnerException.BadConfiguration);
        }

        HeapTrim.Start();
        Handler handler = new(Adapters(), settings, log, mask);
        while (true)
        {
            LambdaInvocation invocation = client.Next();
            Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", invocation.TraceId);
            HandlerResult result = handler.Handle(invocation, CancellationToken.None);
            if (result.ErrorType is not null)
            {
                client.Fail(invocation.RequestId, result.Body, result.ErrorType);
            }
            else if (!client.Respond(invocation.RequestId, result.Body))
            {
                client.Fail(invocation.RequestId, RuntimeClient.TooLarge(result.Body.Length), "Gild.AnswerTooLarge");
            }

            if (result.MustExit)
            {
                log.Write(LogLevel.Error, "the engine did not stop in time: the process ends, so that nothing of it runs on");
                return 1;
            }
        }
    }
}
