using System.Globalization;
using Gild.Adapters.Aws;
using Gild.Engine;
using Gild.Engine.Adapters;

namespace DbtRunner;

/// <summary>What goes back to Lambda.</summary>
/// <param name="Body">JSON.</param>
/// <param name="ErrorType">Null for a response, else the type of the function's error.</param>
/// <param name="MustExit">The engine did not come back in time: the process must not serve another event.</param>
sealed record HandlerResult(byte[] Body, string? ErrorType, bool MustExit = false);

/// <summary>Serves one event: from its JSON to the answer's.</summary>
sealed class Handler(AdapterRegistry adapters, RunnerSettings settings, InvocationLog log, SecretMask mask)
{
    /// <summary>Of the command line, in the lock.</summary>
    const int MostDoing = 500;

    bool _first = true;

    /// <summary>Never throws: what goes wrong becomes the function's error.</summary>
    /// <param name="invocation">The event.</param>
    /// <param name="cancellation">Stops the run early, as the deadline does (Ctrl-C on a laptop).</param>
    public HandlerResult Handle(LambdaInvocation invocation, CancellationToken cancellation)
    {
        log.RequestId = invocation.RequestId;
        log.Run = null;
        InvocationTime time = new(DateTimeOffset.UtcNow, invocation.Deadline);
        try
        {
            // Of this invocation alone: connections that stood still while the function was frozen may be dead without knowing it.
            using AwsRequests aws = new(AwsCredentialSource.DefaultChain(), new AwsEndpoints(settings.Variable))
            {
                Retrying = notice => log.Write(LogLevel.Warn, notice.Text),
                Until = time.EndOfSaving,
            };
            RunRequest request = EventReader.Read(invocation.Event);
            log.Write(LogLevel.Info, BoundedText.Cut(mask.Hide(request.CommandLine), RunAnswer.MostCommand), json =>
            {
                json.WriteString("event", "invocation_started");
                json.WriteBoolean("cold_start", _first);
                json.WriteString("deadline", invocation.Deadline);
            });
            _first = false;
            return Serve(request, invocation, time, aws, cancellation);
        }
        catch (RunnerException e)
        {
            return Failed(e.Help is null ? e.Message : $"{e.Message} ({e.Help})", e.ErrorType);
        }
        catch (AwsException e)
        {
            return Failed(e.Hint is null ? e.Message : $"{e.Message} ({e.Hint})", RunnerException.BadConfiguration);
        }
        catch (GildException e)
        {
            return Failed($"{e.DbtKind}: {e.Message}", RunnerException.CouldNotRun);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed($"The work folder cannot be used: {e.Message} (is it full? ephemeral storage of the function gives more)", RunnerException.CouldNotRun);
        }
        catch (Exception e)
        {
            log.Write(LogLevel.Error, e.ToString());
            return Failed($"{e.GetType().Name}: {e.Message} (this is a fault of Gild: please report it with the log)", RunnerException.Internal);
        }
        finally
        {
            log.CloseFile();
        }
    }

    HandlerResult Failed(string message, string type)
    {
        message = BoundedText.Cut(mask.Hide(message), RunAnswer.MostSummary);
        log.Write(LogLevel.Error, message, json => json.WriteString("error_type", type));
        return new HandlerResult(RuntimeClient.Error(message, type), type);
    }

    HandlerResult Serve(RunRequest request, LambdaInvocation invocation, InvocationTime time, AwsRequests aws, CancellationToken cancellation)
    {
        OpenLogFile();
        RunFiles files = new(RunStore.Open(settings.StatePlace, aws, settings.Variable));
        if (request.Resume is { } token && token != RunRequest.ResumeNew)
        {
            request = OfRun(request, files, token);
            if (files.AnswerOf(token) is { } answer)
            {
                log.Write(LogLevel.Info, $"the run {token} is done already: its answer is given again");
                return Again(answer, request);
            }
        }

        using RunLock? held = request.Command.Writes
            ? RunLock.Take(
                files.Store, settings.TargetPath, invocation.RequestId, BoundedText.Cut(mask.Hide(request.CommandLine), MostDoing), time.Started, invocation.Deadline) : null;
        RunInvocation run = new(adapters, settings, log, mask, files, aws, request, invocation, time);
        (RunAnswer result, AnswerReporter reporter, bool stuck) = run.Run(cancellation);
        if (settings.FunctionName is { } function)
        {
            log.Raw(RunMetrics.Line(function, result, reporter, result.Duration));
        }

        bool asError = result.Status == RunStatus.Error && request.FailOnError;
        log.Write(result.Status == RunStatus.Error ? LogLevel.Error : LogLevel.Info, result.Summary, json =>
        {
            json.WriteString("event", "invocation_finished");
            json.WriteString("status", result.Word);
            json.WriteNumber("duration_s", Math.Round(result.Duration.TotalSeconds, 3));
        });
        return new HandlerResult(result.ToJson(asError, mask), asError ? result.ErrorType : null, stuck);
    }

    /// <summary>An event that only says <c>resume</c> takes the rest from the run; one that says more must say the same.</summary>
    static RunRequest OfRun(RunRequest request, RunFiles files, string token)
    {
        RunRecord run = files.Find(token) ?? throw new RunnerException(
            RunnerException.BadEvent, $"Bad event: there is no run `{token}` at {files.Store.Place}", "use the `resume` of a `partial` answer, or leave it out");
        if (request.IsOnlyResume)
        {
            return EventReader.Read(System.Text.Encoding.UTF8.GetBytes(run.Event)) with { Resume = token, FailOnError = request.FailOnError };
        }

        return RunFiles.Normalized(request) == run.Event ? request : throw new RunnerException(
            RunnerException.BadEvent, $"Bad event: the run `{token}` is one of {run.Event}, and this event asks for something else",
            "send the same event with `resume`, or `resume` alone");
    }

    static HandlerResult Again(byte[] answer, RunRequest request)
    {
        bool failed = JsonText.ReadObject(answer)?.Text("status") == "error";
        return new HandlerResult(answer, failed && request.FailOnError ? JsonText.ReadObject(answer)?.Text("errorType") ?? RunnerException.RunFailed : null);
    }

    void OpenLogFile()
    {
        Directory.CreateDirectory(settings.LogPath);
        FileStream stream = new(Path.Combine(settings.LogPath, "dbt.log"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        log.OpenFile(stream);
        log.Write(LogLevel.Debug, string.Create(CultureInfo.InvariantCulture, $"state at {settings.StatePlace}, project at {settings.ProjectPlace}"));
    }
}
