using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Gild.Tests.DbtRunner;

/// <summary>State, artifacts, lock, project and documentation in S3, through signed requests.</summary>
[Collection(RunnerFixture.Name)]
public sealed class StateInS3Tests(RunnerFixture fixture)
{
    static RunnerProcess Start(RunnerProject project, S3Server s3, params (string, string)[] more) => project.Start([.. s3.Environment("runs"), .. more]);

    static JsonElement Json(S3Server s3, string key) => JsonDocument.Parse(s3.Objects[key]).RootElement;

    [Fact]
    public void A_run_goes_on_from_S3_in_another_process_and_leaves_its_artifacts_there()
    {
        using S3Server s3 = new();
        using RunnerProject project = new(fixture, RunnerProject.QuickModelsAndALongOne(6));
        Answer answer;
        using (RunnerProcess first = Start(project, s3))
        {
            answer = first.Invoke("""{"command": "build"}""", 12);
            Assert.Equal("partial", answer.Field("status"));
        }

        project.MakeTheLongModelShort(6);
        // Another machine: nothing of the first is there.
        using RunnerProcess second = Start(project, s3, ("DBT_TARGET_PATH", project.PathOf("other/target")), ("DBT_LOG_PATH", project.PathOf("other/logs")));
        string token = answer.Field("resume");
        Answer done = second.Invoke($$"""{"command": "build", "resume": "{{token}}"}""");
        Assert.Equal("success", done.Field("status"));
        Assert.Equal($"s3://jobs-state/runs/{token}", done.Field("artifacts"));
        Assert.Equal("", project.BuiltAgain());
        Assert.Equal(7, Json(s3, $"runs/{token}/run_results.json").GetProperty("results").GetArrayLength());
        Assert.All(["manifest.json", "answer.json", "dbt-1.log", "dbt-2.log"], name => Assert.True(s3.Objects.ContainsKey($"runs/{token}/{name}"), name));
        Assert.True(s3.Objects.ContainsKey("runs/last/run_results.json"));
        Assert.False(s3.Objects.ContainsKey("runs/lock.json"));
        Assert.Empty(s3.Refused);
    }

    [Fact]
    public void The_lock_in_S3_keeps_a_second_runner_away_and_lapses_with_the_time_limit()
    {
        using S3Server s3 = new();
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(2, 0.1));
        using RunnerProcess runner = Start(project, s3);
        string Lock(int seconds) => $$"""{"holder": "other 1", "request_id": "other", "doing": "dbt build", "since": "{{DateTime.UtcNow:O}}", "until": "{{DateTime.UtcNow.AddSeconds(seconds):O}}"}""";
        s3.Put("runs/lock.json", Encoding.UTF8.GetBytes(Lock(600)));
        Answer refused = runner.Invoke("""{"command": "build"}""");
        Assert.Equal("Gild.Locked", refused.ErrorType);
        Assert.Contains("request other (`dbt build`) holds the lock", refused.Field("errorMessage"), StringComparison.Ordinal);
        Assert.Equal("0", project.Builds());
        s3.Put("runs/lock.json", Encoding.UTF8.GetBytes(Lock(-1)));
        Assert.Equal("success", runner.Invoke("""{"command": "build"}""").Field("status"));
    }

    [Fact]
    public void A_dead_runner_of_the_same_machine_holds_nobody_up()
    {
        using S3Server s3 = new();
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 30));
        using (RunnerProcess dying = Start(project, s3))
        {
            dying.Server.Send("""{"command": "build"}""", TimeSpan.FromMinutes(10));
            dying.WaitForFile(project.PathOf("work/target/run/shop/models/m01.sql"));
            dying.Kill();
        }

        Assert.True(s3.Objects.ContainsKey("runs/lock.json"));
        project.Write("project/models/m01.sql", "{{ config(materialized='table') }} select 1 as id");
        project.Query("select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(30)%' and pid <> pg_backend_pid()");
        using RunnerProcess runner = Start(project, s3);
        Assert.Equal("success", runner.Invoke("""{"command": "build"}""").Field("status"));
    }

    [Fact]
    public void A_bucket_that_refuses_is_named_with_the_right_that_is_missing()
    {
        using S3Server s3 = new() { WriteStatus = 403 };
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        using RunnerProcess runner = Start(project, s3);
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.Equal("Gild.StateUnreachable", answer.ErrorType);
        Assert.Contains("s3:PutObject of s3://jobs-state/runs/lock.json was refused: AccessDenied", answer.Field("errorMessage"), StringComparison.Ordinal);
        Assert.Equal("0", project.Builds());
        Answer debug = runner.Invoke("""{"command": "debug", "fail_on_error": false}""");
        Assert.Contains("FAILED state: write, read, list, delete", debug.Field("stdout"), StringComparison.Ordinal);
        Assert.Contains("allow s3:PutObject below s3://jobs-state/runs", debug.Field("stdout"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_project_can_come_from_a_zip_in_S3()
    {
        using S3Server s3 = new();
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(2, 0));
        using MemoryStream zip = new();
        using (ZipArchive archive = new(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string file in Directory.EnumerateFiles(project.PathOf("project"), "*", SearchOption.AllDirectories))
            {
                archive.CreateEntryFromFile(file, "dbt_gold/" + Path.GetRelativePath(project.PathOf("project"), file));
            }
        }

        s3.Put("project/layer.zip", zip.ToArray());
        using RunnerProcess runner = Start(project, s3, ("DBT_PROJECT_DIR", "s3://jobs-state/project/layer.zip"));
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.False(answer.IsError, answer.Text);
        Assert.Equal("m01,m02", project.Relations());
    }

    [Fact]
    public void The_documentation_goes_where_GILD_DOCS_URI_says()
    {
        using S3Server s3 = new();
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        using RunnerProcess runner = Start(project, s3, ("GILD_DOCS_URI", "s3://jobs-state/pages"));
        Assert.Equal("success", runner.Invoke("""{"command": "docs-generate"}""").Field("status"));
        Assert.All(["index.html", "manifest.json", "catalog.json"], name => Assert.True(s3.Objects.ContainsKey($"pages/{name}"), name));
    }

    [Fact]
    public void The_sign_in_secret_is_read_from_Secrets_Manager_and_shown_nowhere()
    {
        using S3Server s3 = new();
        s3.Secrets["arn:aws:secretsmanager:eu-central-1:123456789012:secret:admin-AbCdEf"] = """{"username": "gild", "password": "from-the-secret-manager"}""";
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        project.Write("project/profiles.yml", File.ReadAllText(project.PathOf("project/profiles.yml"))
            .Replace("user: gild", "user: \"{{ env_var('REDSHIFT_USER') }}\"", StringComparison.Ordinal)
            .Replace("DBT_ENV_SECRET_PASSWORD", "DBT_ENV_SECRET_REDSHIFT_PASSWORD", StringComparison.Ordinal));
        using RunnerProcess runner = Start(project, s3, ("AWS_ENDPOINT_URL_SECRETS_MANAGER", s3.Address), ("AWS_LAMBDA_LOG_LEVEL", "DEBUG"),
            ("REDSHIFT_SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:admin-AbCdEf"));
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.False(answer.IsError, answer.Text);
        Assert.Equal("m01", project.Relations());
        Assert.DoesNotContain("from-the-secret-manager", answer.Text + runner.Log, StringComparison.Ordinal);
        Assert.Empty(s3.Refused);
    }

    /// <summary>The ways of the AWS SDK's chain that a native program has, each alone in the process's environment.</summary>
    [Theory]
    [InlineData("environment")]
    [InlineData("shared file")]
    [InlineData("profile of the shared file")]
    [InlineData("credential process")]
    [InlineData("container")]
    [InlineData("instance")]
    public void Credentials_come_from_every_place_of_the_chain(string place)
    {
        using S3Server s3 = new();
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        string keys = $$"""{"Version": 1, "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z", "AccessKeyId": "{{S3Server.AccessKey}}", "SecretAccessKey": "{{S3Server.SecretKey}}", "{{(place == "credential process" ? "SessionToken" : "Token")}}": "{{S3Server.Token}}", "Expiration": "2999-01-01T00:00:00Z"}""";
        using LoopbackServer metadata = new(context =>
        {
            string path = context.Request.Url!.AbsolutePath.TrimEnd('/');
            string body = path switch
            {
                "/latest/api/token" => "a-token",
                "/latest/meta-data/iam/security-credentials" or "/latest/meta-data/iam/security-credentials-extended" => "jobs-runner",
                _ => keys,
            };
            context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        });
        string file = $"aws_access_key_id = {S3Server.AccessKey}\naws_secret_access_key = {S3Server.SecretKey}\naws_session_token = {S3Server.Token}\n";
        project.Write("aws/credentials", $"[default]\n{file}");
        project.Write("aws/named", $"[other]\n{file}");
        project.Write("aws/answer.json", keys);
        project.Write("aws/config", $"[profile process]\ncredential_process = cat {project.PathOf("aws/answer.json")}\n");
        project.Write("aws/none", "");
        (string, string)[] nowhere =
        [
            ("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", ""), ("AWS_SESSION_TOKEN", ""), ("AWS_PROFILE", ""), ("AWS_EC2_METADATA_DISABLED", place == "instance" ? "false" : "true"),
            ("AWS_SHARED_CREDENTIALS_FILE", project.PathOf("aws/none")), ("AWS_CONFIG_FILE", project.PathOf("aws/none")), ("HOME", project.PathOf("aws")),
        ];
        (string, string)[] somewhere = place switch
        {
            "environment" => [("AWS_ACCESS_KEY_ID", S3Server.AccessKey), ("AWS_SECRET_ACCESS_KEY", S3Server.SecretKey), ("AWS_SESSION_TOKEN", S3Server.Token)],
            "shared file" => [("AWS_SHARED_CREDENTIALS_FILE", project.PathOf("aws/credentials"))],
            "profile of the shared file" => [("AWS_SHARED_CREDENTIALS_FILE", project.PathOf("aws/named")), ("AWS_PROFILE", "other")],
            "credential process" => [("AWS_CONFIG_FILE", project.PathOf("aws/config")), ("AWS_PROFILE", "process")],
            "container" => [("AWS_CONTAINER_CREDENTIALS_FULL_URI", $"{metadata.Address}/keys")],
            _ => [("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.Address)],
        };
        using RunnerProcess runner = Start(project, s3, [.. nowhere, .. somewhere]);
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.False(answer.IsError, answer.Text + runner.Log);
        Assert.Equal("m01", project.Relations());
        Assert.Empty(s3.Refused);
        Assert.DoesNotContain(S3Server.SecretKey, answer.Text + runner.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[profile one]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n", "aws configure export-credentials")]
    [InlineData("[profile one]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n[sso-session s]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\n", "aws configure export-credentials")]
    [InlineData("[profile one]\nrole_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = TOKEN\n", "aws configure export-credentials")]
    [InlineData("", "'one'")]
    public void A_profile_that_cannot_be_used_says_what_to_do(string config, string expected)
    {
        using S3Server s3 = new();
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        project.Write("aws/token", "a.b.c");
        project.Write("aws/config", config.Replace("TOKEN", project.PathOf("aws/token"), StringComparison.Ordinal));
        using RunnerProcess runner = Start(
            project, s3, ("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", ""), ("AWS_SESSION_TOKEN", ""), ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", project.PathOf("aws/config")), ("AWS_SHARED_CREDENTIALS_FILE", project.PathOf("aws/none")), ("AWS_PROFILE", "one"), ("HOME", project.PathOf("aws")));
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.Equal("Gild.StateUnreachable", answer.ErrorType);
        Assert.Contains(expected, answer.Field("errorMessage"), StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_appear_in_no_log_and_no_object()
    {
        using S3Server s3 = new();
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(2, 0));
        using RunnerProcess runner = Start(project, s3, ("AWS_LAMBDA_LOG_LEVEL", "DEBUG"));
        string all = runner.Invoke("""{"command": "build"}""").Text + runner.Log;
        foreach (byte[] content in s3.Objects.Values)
        {
            all += Encoding.UTF8.GetString(content);
        }

        Assert.All([S3Server.SecretKey, S3Server.Token, RunnerProject.Password], secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
    }
}
