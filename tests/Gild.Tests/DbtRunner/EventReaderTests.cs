using System.IO.Compression;
using System.Text;
using DbtRunner;
using Xunit;

namespace Gild.Tests.DbtRunner;

/// <summary>What an event may say, and how wrong ones are refused.</summary>
public sealed class EventReaderTests
{
    static RunRequest Read(string json) => EventReader.Read(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Every_field_is_read_into_its_type()
    {
        RunRequest request = Read("""
            {"command": "build", "select": ["orders+", "tag:daily"], "exclude": "old", "vars": {"day": "2026-01-31", "n": 3}, "target": "prod",
             "full_refresh": true, "threads": 4, "fail_fast": false, "resume": "20260131T040000Z-1a2b3c4d", "fail_on_error": false}
            """);
        Assert.Equal("build", request.Command.Name);
        Assert.Equal(["orders+", "tag:daily"], request.Select);
        Assert.Equal(["old"], request.Exclude);
        Assert.Equal("""{"day": "2026-01-31", "n": 3}""", request.Vars);
        Assert.Equal(("prod", true, 4, false, "20260131T040000Z-1a2b3c4d", false), (request.Target, request.FullRefresh, request.Threads, request.FailFast, request.Resume, request.FailOnError));
    }

    [Fact]
    public void An_empty_event_runs_the_models_and_empty_texts_and_nulls_count_as_not_given()
    {
        RunRequest request = Read("""{"select": "", "exclude": null, "vars": {}, "threads": null}""");
        Assert.Equal("run", request.Command.Name);
        Assert.Empty(request.Select);
        Assert.Equal((null, null, true), (request.Vars, request.Threads, request.FailOnError));
    }

    [Theory]
    [InlineData("", "the event is empty")]
    [InlineData("{", "is no JSON")]
    [InlineData("[]", "is a list, not an object")]
    [InlineData("\"build\"", "is a text, not an object")]
    [InlineData("""{"command": "clean"}""", "no command `clean`")]
    [InlineData("""{"command": "source freshness"}""", "did you mean `source-freshness`?")]
    [InlineData("""{"comand": "build"}""", "unknown field `comand` (did you mean `command`?)")]
    [InlineData("""{"command": 3}""", "`command` is a number, not a text")]
    [InlineData("""{"select": {"a": 1}}""", "`select` is an object, not a text or a list of texts")]
    [InlineData("""{"select": ["a", 1]}""", "`select` holds a number")]
    [InlineData("""{"select": "--full-refresh"}""", "looks like a flag")]
    [InlineData("""{"exclude": ["a", "-x"]}""", "looks like a flag")]
    [InlineData("""{"vars": "{a: 1}"}""", "`vars` is a text, not an object")]
    [InlineData("""{"full_refresh": "yes"}""", "`full_refresh` is a text, not true or false")]
    [InlineData("""{"threads": "4"}""", "`threads` is a text, not a whole number from 1 to 64")]
    [InlineData("""{"threads": 0}""", "`threads` is 0, not a whole number from 1 to 64")]
    [InlineData("""{"threads": 2.5}""", "`threads` is 2.5")]
    [InlineData("""{"resume": "../secrets"}""", "not the `resume` of an answer")]
    [InlineData("""{"command": "debug", "select": "a"}""", "`debug` takes no `select`")]
    [InlineData("""{"command": "build", "selector": "s", "select": "a"}""", "cannot stand beside")]
    [InlineData("""{"command": "run-operation"}""", "needs `macro`")]
    [InlineData("""{"command": "build", "args": {"a": 1}}""", "`args` is for `run-operation`")]
    [InlineData("""{"command": "ls", "resume": "20260131T040000Z-1a2b3c4d"}""", "`ls` cannot be resumed")]
    [InlineData("""{"select": "a", "select": "b"}""", "`select` is given twice")]
    [InlineData("""{"select": "\ud800"}""", "half of a character")]
    [InlineData("""{"\ud800": 1}""", "half of a character")]
    [InlineData("""{"vars": {"a": "\ud800"}}""", "half of a character")]
    [InlineData("""{"target": "a\u0000b"}""", "`target` holds a control character")]
    public void What_cannot_be_followed_is_refused_with_the_reason(string json, string reason)
    {
        RunnerException refused = Assert.Throws<RunnerException>(() => Read(json));
        Assert.Equal("Gild.BadEvent", refused.ErrorType);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events", "account": "1", "time": "2026-01-01T00:00:00Z", "region": "eu-west-1", "resources": [], "detail": {}}""", "an event of EventBridge", "constant input")]
    [InlineData("""{"Records": [{"eventSource": "aws:sqs", "body": "{}"}]}""", "a batch of records", "an input of its own")]
    [InlineData("""{"version": "2.0", "routeKey": "$default", "rawPath": "/", "requestContext": {"http": {}}, "isBase64Encoded": false}""", "a request over HTTP", "invoke the function itself")]
    [InlineData("""{"ExecutedVersion": "$LATEST", "Payload": {"status": "partial"}, "SdkHttpMetadata": {}, "StatusCode": 200}""", "the result of a Lambda task", "`$.Payload`")]
    [InlineData("null", "the event is null", "send a JSON object")]
    public void An_event_of_another_service_is_known_for_what_it_is(string json, string what, string help)
    {
        RunnerException refused = Assert.Throws<RunnerException>(() => Read(json));
        Assert.Equal("Gild.BadEvent", refused.ErrorType);
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
        Assert.Contains(help, refused.Help, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        RunnerException refused = Assert.Throws<RunnerException>(() => Read("""{"command": "biuld", "selct": "a", "threads": "x"}"""));
        Assert.All(["biuld", "selct", "threads"], word => Assert.Contains(word, refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_command_line_for_people_quotes_what_a_shell_would_take_apart()
    {
        Assert.Equal(
            "dbt build --select 'a b' '$(x)' --vars '{\"a\": 1}' --threads 2",
            Read("""{"command": "build", "select": ["a b", "$(x)"], "vars": {"a": 1}, "threads": 2}""").CommandLine);
    }

    [Theory]
    [InlineData("../outside.sql")]
    [InlineData("a/../../outside.sql")]
    [InlineData("/etc/outside.sql")]
    public void A_project_archive_cannot_write_outside_of_its_folder(string entry)
    {
        using MemoryStream zip = new();
        using (ZipArchive archive = new(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("dbt_project.yml");
            archive.CreateEntry(entry);
        }

        string folder = Path.Combine(Directory.CreateTempSubdirectory("gild-zip-").FullName, "project");
        RunnerException refused = Assert.Throws<RunnerException>(() => ProjectSource.Unpack(zip.ToArray(), folder, "s3://b/p.zip"));
        Assert.Contains("points out of the folder", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
        Directory.Delete(Path.GetDirectoryName(folder)!, true);
    }

    [Fact]
    public void A_project_archive_that_is_none_or_holds_links_is_refused()
    {
        using MemoryStream zip = new();
        using (ZipArchive archive = new(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("link").ExternalAttributes = unchecked((int)0xA1FF0000);
        }

        string folder = Path.Combine(Path.GetTempPath(), $"gild-zip-{Guid.NewGuid():N}");
        Assert.Contains("is a link", Assert.Throws<RunnerException>(() => ProjectSource.Unpack(zip.ToArray(), folder, "p.zip")).Message, StringComparison.Ordinal);
        Assert.Throws<RunnerException>(() => ProjectSource.Unpack(Encoding.UTF8.GetBytes("no zip"), folder, "p.zip"));
        Assert.False(Directory.Exists(folder));
    }
}
