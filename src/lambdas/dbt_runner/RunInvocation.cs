using System.Globalization;
using Gild.Adapters.Aws;
using Gild.Engine;
using Gild.Engine.Adapters;

namespace DbtRunner;

/// <summary>One invocation's work on a run: what was finished before is carried over, what time allows is done, the rest is left.</summary>
sealed class RunInvocation(
    AdapterRegistry adapters, RunnerSettings settings, InvocationLog log, SecretMask mask, RunFiles files, AwsRequests aws, RunRequest request,
    LambdaInvocation invocation, InvocationTime time)
{
    // Templates nest deeply, and so do their calls.
    const int StackBytes = 16 * 1024 * 1024;

    readonly AnswerReporter _reporter = new(mask);
    RunRecord? _run;
    Exception? _fault;

    /// <summary>The answer, what was reported, and whether the engine hangs.</summary>
    public (RunAnswer Answer, AnswerReporter Reporter, bool Stuck) Run(CancellationToken cancellation)
    {
        DateTimeOffset end = time.EndOfWork;
        string project = ProjectSource.Prepare(settings, aws, Path.GetDirectoryName(settings.TargetPath) ?? settings.TargetPath);
        ClearArtifacts();
        using RunJournal? journal = request.Command.Resumes ? OpenRun(project) : null;
        Dictionary<string, TimeSpan> durations = request.Command.Resumes ? files.Durations() : [];
        foreach ((string node, TimeSpan elapsed) in journal?.Interrupted ?? new Dictionary<string, TimeSpan>())
        {
            durations[node] = durations.TryGetValue(node, out TimeSpan known) && known > elapsed ? known : elapsed;
        }

        InvocationOptions options = Options(project, end, durations, journal);
        int code = -1;
        Thread engine = new(() => code = Engine(options, cancellation), StackBytes) { IsBackground = true, Name = "engine" };
        engine.Start();
        TimeSpan hard = time.EndOfPatience - DateTimeOffset.UtcNow;
        bool back = engine.Join(hard > TimeSpan.Zero ? hard : TimeSpan.Zero);
        if (back && _fault is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(_fault).Throw();
        }

        if (back && request.Command.Name == "debug")
        {
            code = new RunnerChecks(settings, files.Store, _reporter, project).Run() && code == 0 ? 0 : 1;
        }

        journal?.Dispose();
        bool outOfTime = !back || (code != 0 && (_reporter.Finished is { Left: > 0 } or { Cancelled: true }
            || (_reporter.Finished is null && _reporter.FirstError is null && DateTimeOffset.UtcNow >= end)));
        RunAnswer answer = Answer(code, outOfTime, journal);
        Keep(answer, durations, project);
        return (answer, _reporter, !back);
    }

    /// <summary>Goes on with the run of the token, else with an unfinished one of the same event, else begins one.</summary>
    RunJournal OpenRun(string project)
    {
        string theEvent = RunFiles.Normalized(request);
        string version = ProjectFingerprint.Of(project, settings.TargetPath, settings.LogPath);
        RunRecord? earlier = request.Resume switch
        {
            null => files.Unfinished(theEvent, version, time.Started),
            RunRequest.ResumeNew => null,
            string token => files.Find(token),
        };
        _run = earlier is null ? new RunRecord(RunId.New(time.Started), theEvent, version, time.Started, 1)
            : earlier with { Invocations = earlier.Invocations + 1, Project = version };
        log.Run = _run.Id;
        files.Begin(_run, time.Started);
        RunJournal journal = new(files.Store, _run.Id, mask, text => log.Write(LogLevel.Warn, text));
        if (earlier is not null)
        {
            log.Write(LogLevel.Info, string.Create(CultureInfo.InvariantCulture, $"going on with the run {_run.Id}: {journal.Finished.Count} results are there"));
            if (earlier.Project != version)
            {
                log.Write(LogLevel.Warn, $"the project or the runner has changed since the run {_run.Id} began: what is finished stays as the earlier version made it. `\"resume\": \"new\"` begins anew");
            }
        }

        return journal;
    }

    InvocationOptions Options(string project, DateTimeOffset end, Dictionary<string, TimeSpan> durations, RunJournal? journal)
    {
        Dictionary<string, string> overlay = new(StringComparer.Ordinal);
        if (settings.SecretArn is { } arn)
        {
            foreach ((string name, string value) in SignInSecret.Read(arn, aws, settings.Variable, mask))
            {
                overlay[name] = value;
            }
        }

        bool retry = request.Command.Name == "retry";
        return new InvocationOptions
        {
            Command = request.Command.EngineName,
            ProjectDirectory = project,
            ProfilesDirectory = settings.ProfilesDirectory is { } profiles && !settings.ProjectPlace.StartsWith("s3://", StringComparison.Ordinal) ? profiles : project,
            Select = request.Select,
            Exclude = request.Exclude,
            Selector = request.Selector,
            VarsText = request.Vars,
            Target = request.Target,
            FullRefresh = request.FullRefresh,
            Threads = request.Threads,
            FailFast = request.FailFast,
            Macro = request.Macro,
            ArgsText = request.Args,
            State = retry ? LastRun() : null,
            CheckSources = request.Command.Name == "debug",
            TargetPath = settings.TargetPath,
            LogPath = settings.LogPath,
            Deadline = end,
            LastDurations = durations,
            Journal = journal,
            CommandLine = request.CommandLine,
            Environment = name => overlay.TryGetValue(name, out string? value) ? value : settings.Variable(name),
            EnvironmentAll = RunnerSettings.AllVariables,
            Secrets = mask,
            WorkingDirectory = Directory.GetCurrentDirectory(),
        };
    }

    /// <summary>The artifacts of the last run that was done, for <c>retry</c>.</summary>
    string LastRun()
    {
        string folder = Path.Combine(settings.TargetPath, "last");
        return files.Download("last/run_results.json", Path.Combine(folder, "run_results.json")) ? folder : throw new RunnerException(
            RunnerException.BadEvent, $"there is no finished run to retry at {files.Store.Place}", "run `build` first");
    }

    int Engine(InvocationOptions options, CancellationToken cancellation)
    {
        try
        {
            return Invocation.Run(options, adapters, new BothReporters(_reporter, new LogReporter(log)), cancellation);
        }
        catch (Exception e)
        {
            _fault = e;
            return 2;
        }
    }

    RunAnswer Answer(int code, bool outOfTime, RunJournal? journal)
    {
        IReadOnlyList<FailedNode> failed = RunAnswer.FailedOf(_reporter.Finished);
        bool goesOn = outOfTime && request.Command.Resumes && journal is { Added: > 0 };
        RunStatus status = goesOn ? RunStatus.Partial : code == 0 && !outOfTime ? RunStatus.Success : RunStatus.Error;
        (string type, string summary) = status switch
        {
            RunStatus.Success => ("", Fine()),
            RunStatus.Partial => ("", string.Create(CultureInfo.InvariantCulture, $"Time is up: {journal!.Finished.Count + journal.Added} results so far{LeftText()}; invoke again with `resume`.")),
            _ when outOfTime => (RunnerException.OutOfTime, Standstill(journal)),
            _ when failed.Count > 0 => (RunnerException.RunFailed, FailedText(failed)),
            _ => (code == 2 ? RunnerException.CouldNotRun : RunnerException.RunFailed, _reporter.FirstError ?? ChecksText() ?? $"`{request.CommandLine}` failed"),
        };
        return new RunAnswer
        {
            Request = request,
            RequestId = invocation.RequestId,
            Status = status,
            ErrorType = type,
            Summary = summary,
            Run = _run?.Id,
            Invocations = _run?.Invocations ?? 1,
            Duration = DateTimeOffset.UtcNow - time.Started,
            Artifacts = LeavesNothing ? null : files.Store.PlaceOf(Folder),
            Stdout = _reporter.Stdout,
            Stderr = _reporter.Stderr,
            Finished = _reporter.Finished,
            Checks = _reporter.Checks,
            Failed = failed,
        };
    }

    string Fine() => _reporter.Finished is { } finished ? $"Completed: {finished.Totals}" : "Completed";

    string LeftText() => _reporter.Finished is { Left: > 0 } finished ? string.Create(CultureInfo.InvariantCulture, $", {finished.Left} nodes are left") : "";

    string Standstill(RunJournal? journal) => journal is null
        ? $"`{request.CommandLine}` was not done within the function's time limit, and cannot go on in another invocation: raise the time limit, or ask for less."
        : journal.LastInterrupted is { } node
            ? $"No node was done within the function's time limit: {node} needs longer than one invocation has. Raise the time limit, or let the node do less at once (incremental, microbatch)."
            : "No node was done within the function's time limit. Raise the time limit.";

    string? ChecksText()
    {
        string[] bad = [.. _reporter.Checks.Where(c => c.Ok == false).Select(c => c.Name)];
        return bad.Length == 0 ? null : $"{bad.Length} checks failed: {string.Join(", ", bad)}";
    }

    string FailedText(IReadOnlyList<FailedNode> failed)
    {
        string first = mask.Hide($"{failed[0].UniqueId}: {failed[0].Message}").Replace('\n', ' ').Trim();
        string others = failed.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" (and {failed.Count - 1} more: {string.Join(", ", failed.Skip(1).Take(5).Select(f => f.UniqueId))})") : "";
        return $"{(failed.Count == 1 ? "1 node failed" : string.Create(CultureInfo.InvariantCulture, $"{failed.Count} nodes failed"))}: {BoundedText.Cut(first, 500)}{others}";
    }

    /// <summary>What an earlier invocation left must not look like results of this one.</summary>
    void ClearArtifacts()
    {
        Directory.CreateDirectory(settings.TargetPath);
        foreach (string name in s_artifacts)
        {
            File.Delete(Path.Combine(settings.TargetPath, name));
        }
    }

    bool LeavesNothing => request.Command.Name is "ls" or "debug";

    /// <summary>Where in the store the artifacts go.</summary>
    string Folder => _run?.Id ?? $"{request.Command.Name}/{invocation.RequestId}";

    static readonly string[] s_artifacts = ["run_results.json", "manifest.json", "sources.json", "catalog.json"];

    /// <summary>Saves what outlives the invocation. An error here is told in the log; the work in the warehouse is done.</summary>
    void Keep(RunAnswer answer, Dictionary<string, TimeSpan> durations, string project)
    {
        try
        {
            if (LeavesNothing)
            {
                return;
            }

            string folder = Folder;
            foreach (string name in s_artifacts)
            {
                files.Upload(Path.Combine(settings.TargetPath, name), $"{folder}/{name}");
            }

            if (request.Command.Name == "docs-generate" && answer.Status == RunStatus.Success)
            {
                DocumentationUpload.Run(settings, aws, files.Store);
            }

            if (_run is not null)
            {
                KeepRun(answer, durations);
            }

            log.Write(LogLevel.Debug, $"artifacts of {project} are at {files.Store.PlaceOf(folder)}");
            files.Upload(Path.Combine(settings.LogPath, "dbt.log"), string.Create(CultureInfo.InvariantCulture, $"{folder}/dbt-{answer.Invocations}.log"));
        }
        catch (RunnerException e)
        {
            log.Write(LogLevel.Error, $"{e.Message}{(e.Help is null ? "" : $" ({e.Help})")}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(LogLevel.Error, $"what the run leaves could not be saved: {e.Message}");
        }
    }

    void KeepRun(RunAnswer answer, Dictionary<string, TimeSpan> durations)
    {
        foreach (NodeResultSummary result in _reporter.Finished?.Results ?? [])
        {
            if (result.Status is NodeStatus.Success or NodeStatus.Pass or NodeStatus.Warn or NodeStatus.Fail)
            {
                durations[result.Node.UniqueId] = result.Elapsed;
            }
        }

        files.SaveDurations(durations);
        if (answer.Status == RunStatus.Partial)
        {
            files.Touch(_run!, DateTimeOffset.UtcNow);
            return;
        }

        files.Upload(Path.Combine(settings.TargetPath, "run_results.json"), "last/run_results.json");
        files.Upload(Path.Combine(settings.TargetPath, "manifest.json"), "last/manifest.json");
        files.Finish(_run!, answer.ToJson(answer.Status == RunStatus.Error && request.FailOnError, mask));
    }
}
