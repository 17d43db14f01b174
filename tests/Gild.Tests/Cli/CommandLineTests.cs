using Gild.Cli;
using Gild.Engine;
using Xunit;

namespace Gild.Tests.Cli;

public sealed class CommandLineTests
{
    static InvocationOptions Options(string words, params (string Name, string Value)[] environment)
    {
        string? Look(string name) => environment.Where(e => e.Name == name).Select(e => e.Value).FirstOrDefault();
        string[] args = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return OptionsReader.ToOptions(CommandLine.Parse(args, Look), args, Look, "/work-dir");
    }

    [Fact]
    public void Flags_reach_the_options_by_dbts_names()
    {
        InvocationOptions options = Options(
            "build -s a +b @c --exclude d --threads 8 --target prod --vars {x:1} --full-refresh --no-defer -x --indirect-selection cautious --limit -1x".Replace(" --limit -1x", ""));
        Assert.Equal("build", options.Command);
        Assert.Equal(["a", "+b", "@c"], options.Select);
        Assert.Equal(["d"], options.Exclude);
        Assert.Equal((8, "prod", "{x:1}"), (options.Threads, options.Target, options.VarsText));
        Assert.Equal((true, false, true), (options.FullRefresh, options.Defer, options.FailFast));
        Assert.Equal("cautious", options.IndirectSelection);
        Assert.Null(options.StoreFailures);
    }

    [Theory]
    [InlineData("--debug --project-dir p run", "run")]
    [InlineData("ls", "list")]
    [InlineData("source freshness", "source freshness")]
    [InlineData("--quiet docs generate", "docs generate")]
    public void The_command_is_found_among_the_flags(string words, string command) => Assert.Equal(command, Options(words).Command);

    [Theory]
    [InlineData("run --select a --select b c", "a b c")]
    [InlineData("run -m a --models b", "a b")]
    [InlineData("run --select=a", "a")]
    public void Selections_add_up(string words, string expected) => Assert.Equal(expected, string.Join(' ', Options(words).Select));

    [Theory]
    [InlineData("run --no-full-refresh")]
    [InlineData("test --no-store-failures")]
    [InlineData("run --no-warn-error")]
    [InlineData("snapshot --full-refresh")]
    [InlineData("seed --resource-type model")]
    [InlineData("list --full-refresh")]
    public void A_flag_that_dbt_lacks_is_refused(string words) => Assert.Throws<UsageException>(() => Options(words));

    [Fact]
    public void State_and_defer_are_flags_of_every_command() =>
        Assert.Equal(("s", true), (Options("docs generate --state s --defer").State, Options("docs generate --state s --defer").Defer));

    [Fact]
    public void A_limit_may_be_negative() => Assert.Equal(-1, Options("show --inline x --limit -1").Limit);

    [Fact]
    public void The_later_of_a_switch_and_its_opposite_counts()
    {
        Assert.False(Options("run --fail-fast --no-fail-fast").FailFast);
        Assert.True(Options("run --no-fail-fast -x").FailFast);
    }

    [Fact]
    public void The_environment_speaks_when_the_command_line_does_not()
    {
        InvocationOptions options = Options(
            "run --target dev", ("DBT_TARGET", "prod"), ("DBT_FULL_REFRESH", "true"), ("DBT_ENGINE_FAIL_FAST", "0"), ("DBT_PROFILES_DIR", "here"));
        Assert.Equal(("dev", true, false, "here"), (options.Target, options.FullRefresh, options.FailFast, options.ProfilesDirectory));
    }

    [Theory]
    [InlineData("rn", "no such command: `rn`", "`run`")]
    [InlineData("docs", "needs a second word", "`gild docs generate`")]
    [InlineData("docs gen", "no such command: `docs gen`", "`gild docs serve`")]
    [InlineData("", "no command given", "--help")]
    [InlineData("run --selct x", "has no flag `--selct`", "`--select`")]
    [InlineData("run --args x", "has no flag `--args`", "`gild run-operation`")]
    [InlineData("run stg_jobs", "does not take the argument `stg_jobs`", "--select stg_jobs")]
    [InlineData("run --threads many", "--threads must be an integer, not `many`", null)]
    [InlineData("list --output jsn", "--output cannot be `jsn`", "`json`")]
    [InlineData("run-operation", "needs the argument MACRO", null)]
    [InlineData("run --target", "--target", "--help")]
    public void What_cannot_be_followed_is_refused_with_what_to_do(string words, string message, string? help)
    {
        UsageException error = Assert.Throws<UsageException>(() => Options(words));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(help ?? "", error.Help ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DBT_DEFER_TO_STATE", "1", "DBT_ENGINE_DEFER")]
    [InlineData("DBT_FAVOR_STATE_MODE", "1", "DBT_ENGINE_FAVOR_STATE")]
    [InlineData("DBT_NO_PRINT", "1", "DBT_ENGINE_PRINT")]
    [InlineData("DBT_ARTIFACT_STATE_PATH", "old", "DBT_ENGINE_STATE")]
    public void Variables_of_older_versions_count_and_their_new_names_are_told(string former, string value, string newer)
    {
        InvocationOptions options = Options("run", (former, value));
        Assert.Equal(former switch { "DBT_NO_PRINT" => "False", "DBT_ARTIFACT_STATE_PATH" => "old", _ => "True" }, $"{options.Defer}{options.FavorState}{options.Print}{options.State}");
        Assert.Contains($"`{former}` has been renamed as `{newer}`", Assert.Single(options.Warnings).Diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_is_known_by_both_of_its_names_and_the_newer_one_comes_first()
    {
        Assert.True(Options("run", ("DBT_ENGINE_FAIL_FAST", "1"), ("DBT_FAIL_FAST", "0")).FailFast);
        InvocationOptions options = Options("run", ("DBT_ENGINE_TARGET_PATH", "out"), ("DBT_MINE", "1"));
        Assert.Equal("out", options.Environment("DBT_TARGET_PATH"));
        Assert.Equal("1", options.Environment("DBT_MINE"));
        Assert.Null(options.Environment("DBT_ENGINE_MINE"));
    }

    [Fact]
    public void A_wrong_variable_is_named()
    {
        UsageException error = Assert.Throws<UsageException>(() => Options("run", ("DBT_FAIL_FAST", "perhaps")));
        Assert.Equal("DBT_FAIL_FAST must be true or false, not `perhaps`", error.Message);
    }

    [Theory]
    [InlineData("run --partial-parse --no-static-parser --send-anonymous-usage-stats --use-fast-test-edges", "run")]
    [InlineData("build --record-timing-info f --use-experimental-parser --single-threaded", "build")]
    public void Flags_of_dbt_without_effect_here_are_accepted(string words, string command) => Assert.Equal(command, Options(words).Command);

    [Fact]
    public void Every_flag_of_every_command_parses()
    {
        foreach (CommandSpec command in CommandTable.All)
        {
            foreach (Flag flag in command.Flags.Concat(Flags.Common))
            {
                string value = flag.Values.Count > 0 ? flag.Values[0] : flag.Kind == FlagKind.Integer ? "1" : "x";
                string argument = command.ArgumentRequired ? " a_macro" : "";
                string[] words = $"{command.Name}{argument} {flag.Name}{(flag.TakesValue ? " " + value : "")}".Split(' ');
                Assert.Equal(command, CommandLine.Parse(words, _ => null).Command);
            }
        }
    }

    [Fact]
    public void Help_lists_the_commands_and_each_commands_flags()
    {
        StringWriter program = new();
        Assert.True(HelpText.TryWrite(["--help"], program));
        Assert.All(CommandTable.All, c => Assert.Contains(c.Name, program.ToString(), StringComparison.Ordinal));
        StringWriter run = new();
        Assert.True(HelpText.TryWrite(["run", "--help"], run));
        Assert.Contains("--full-refresh", run.ToString(), StringComparison.Ordinal);
        Assert.False(HelpText.TryWrite(["run"], TextWriter.Null));
    }
}
