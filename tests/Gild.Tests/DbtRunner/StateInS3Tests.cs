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

    const string OlderSignOn = "[profile one]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = Builder\n";
    const string SessionSignOn = "[profile one]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Builder\n[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\n";

    /// <summary>The file that <c>aws sso login</c> leaves, by the SHA-1 of the start address or of the session's name.</summary>
    static string TokenFile(bool ofSession) => $"aws/.aws/sso/cache/{(ofSession ? "ee0bfd2552fbd840c02cc48b6e823320543c450f" : "3947de8b16688092197fa616c34e01335f21d256")}.json";

    static (string, string)[] SignedOn(RunnerProject project, LoopbackServer? portal) =>
    [
        ("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", ""), ("AWS_SESSION_TOKEN", ""), ("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_PROFILE", "one"),
        ("AWS_CONFIG_FILE", project.PathOf("aws/config")), ("AWS_SHARED_CREDENTIALS_FILE", project.PathOf("aws/none")), ("HOME", project.PathOf("aws")),
        ("AWS_ENDPOINT_URL_SSO", portal?.Address ?? ""), ("AWS_ENDPOINT_URL_SSO_OIDC", portal?.Address ?? ""), ("AWS_ENDPOINT_URL_STS", portal?.Address ?? ""),
    ];

    /// <summary>A stand-in for the portal of single sign-on, the OpenID Connect service beside it, and STS; what it was asked is kept.</summary>
    static LoopbackServer Portal(System.Collections.Concurrent.ConcurrentQueue<string> asked) => new(context =>
    {
        using StreamReader reader = new(context.Request.InputStream);
        string body = reader.ReadToEnd();
        string token = context.Request.Headers["x-amz-sso_bearer_token"] ?? "";
        asked.Enqueue($"{context.Request.HttpMethod} {context.Request.RawUrl} {token}{body}");
        (int status, string answer) = context.Request.Url!.AbsolutePath switch
        {
            "/federation/credentials" when token is "good" or "renewed" => (200,
                $$$"""{"roleCredentials": {"accessKeyId": "{{{S3Server.AccessKey}}}", "secretAccessKey": "{{{S3Server.SecretKey}}}", "sessionToken": "{{{S3Server.Token}}}", "expiration": 32472144000000}}"""),
            "/federation/credentials" => (401, """{"message": "Session token not found or invalid", "__type": "com.amazonaws.switchboard.portal#UnauthorizedException"}"""),
            "/token" => (200, """{"accessToken": "renewed", "expiresIn": 28800, "refreshToken": "next-refresh", "tokenType": "Bearer"}"""),
            _ => (200, $"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{S3Server.AccessKey}</AccessKeyId><SecretAccessKey>{S3Server.SecretKey}</SecretAccessKey><SessionToken>{S3Server.Token}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"),
        };
        context.Response.StatusCode = status;
        context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(answer));
        context.Response.Close();
    });

    [Theory]
    [InlineData(OlderSignOn, false, """{"accessToken": "good", "expiresAt": "2999-01-01T00:00:00UTC", "region": "eu-west-1"}""", "GET /federation/credentials?role_name=Builder&account_id=123456789012 good")]
    [InlineData(SessionSignOn, true, """{"accessToken": "good", "expiresAt": "2999-01-01T00:00:00Z"}""", "GET /federation/credentials?role_name=Builder&account_id=123456789012 good")]
    [InlineData(SessionSignOn, true, """{"accessToken": "old", "expiresAt": "2020-01-01T00:00:00Z", "refreshToken": "r1", "clientId": "c", "clientSecret": "s", "registrationExpiresAt": "2999-01-01T00:00:00Z", "startUrl": "kept"}""",
        """POST /token {"clientId":"c","clientSecret":"s","grantType":"refresh_token","refreshToken":"r1"}""", "GET /federation/credentials?role_name=Builder&account_id=123456789012 renewed")]
    public void Single_sign_on_gives_the_credentials_and_its_token_is_renewed(string config, bool ofSession, string token, params string[] expected)
    {
        using S3Server s3 = new();
        System.Collections.Concurrent.ConcurrentQueue<string> asked = new();
        using LoopbackServer portal = Portal(asked);
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        project.Write("aws/config", config);
        project.Write(TokenFile(ofSession), token);
        using RunnerProcess runner = Start(project, s3, SignedOn(project, portal));
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.False(answer.IsError, answer.Text + runner.Log);
        Assert.Equal(expected, asked);
        Assert.DoesNotContain(S3Server.SecretKey, answer.Text + runner.Log, StringComparison.Ordinal);
        if (expected.Length > 1)
        {
            JsonElement kept = JsonDocument.Parse(File.ReadAllText(project.PathOf(TokenFile(ofSession)))).RootElement;
            Assert.Equal(("renewed", "next-refresh", "kept"), (kept.GetProperty("accessToken").GetString(), kept.GetProperty("refreshToken").GetString(), kept.GetProperty("startUrl").GetString()));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(project.PathOf(TokenFile(ofSession))));
            }
        }
    }

    [Fact]
    public void A_role_is_assumed_by_who_is_signed_on()
    {
        using S3Server s3 = new();
        System.Collections.Concurrent.ConcurrentQueue<string> asked = new();
        using LoopbackServer portal = Portal(asked);
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        project.Write("aws/config", SessionSignOn.Replace("profile one", "profile base", StringComparison.Ordinal) + "[profile one]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\n");
        project.Write(TokenFile(true), """{"accessToken": "good", "expiresAt": "2999-01-01T00:00:00Z"}""");
        using RunnerProcess runner = Start(project, s3, SignedOn(project, portal));
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.False(answer.IsError, answer.Text + runner.Log);
        Assert.Equal(2, asked.Count);
    }

    [Theory]
    [InlineData(OlderSignOn, false, "", "Nobody is signed in for the AWS profile 'one'", "Run: aws sso login --profile one")]
    [InlineData(SessionSignOn, true, """{"accessToken": "old", "expiresAt": "2020-01-01T00:00:00Z"}""", "ended at 2020-01-01 00:00Z", "Run: aws sso login --profile one")]
    [InlineData(OlderSignOn, false, """{"accessToken": "revoked", "expiresAt": "2999-01-01T00:00:00Z"}""", "has ended", "Run: aws sso login --profile one")]
    [InlineData("[profile one]\nrole_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = /no/such/token\n", false, "", "The web identity token /no/such/token cannot be read", "The platform writes it")]
    [InlineData("[profile one]\nlogin_session = arn:aws:iam::1:user/u\n", false, "", "the AWS profile 'one'", "aws configure export-credentials")]
    [InlineData("", false, "", "'one'", "hold no profile")]
    public void A_profile_that_cannot_be_used_says_what_to_do(string config, bool ofSession, string token, string expected, string help)
    {
        using S3Server s3 = new();
        using LoopbackServer portal = Portal(new());
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        project.Write("aws/config", config);
        if (token.Length > 0)
        {
            project.Write(TokenFile(ofSession), token);
        }

        using RunnerProcess runner = Start(project, s3, SignedOn(project, portal));
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.Equal("Gild.StateUnreachable", answer.ErrorType);
        Assert.Contains(expected, answer.Field("errorMessage"), StringComparison.Ordinal);
        Assert.Contains(help, answer.Field("errorMessage"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_or_pipeline_signs_in_with_the_token_of_its_platform()
    {
        using S3Server s3 = new();
        System.Collections.Concurrent.ConcurrentQueue<string> asked = new();
        using LoopbackServer sts = Portal(asked);
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        project.Write("aws/token", "a.web.token");
        project.Write("aws/config", "");
        using RunnerProcess runner = Start(project, s3, [.. SignedOn(project, sts), ("AWS_PROFILE", ""), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r"), ("AWS_WEB_IDENTITY_TOKEN_FILE", project.PathOf("aws/token"))]);
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.False(answer.IsError, answer.Text + runner.Log);
        Assert.Contains("WebIdentityToken=a.web.token", Assert.Single(asked), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bucket_that_is_busy_is_asked_again_and_the_log_tells()
    {
        using S3Server s3 = new();
        int refusals = 0;
        s3.Fault = context =>
        {
            if (context.Request.HttpMethod != "PUT" || Interlocked.Increment(ref refusals) > 2)
            {
                return false;
            }

            S3Server.Answer(context, 503, "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>");
            return true;
        };
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        using RunnerProcess runner = Start(project, s3);
        Assert.Equal("success", runner.Invoke("""{"command": "build"}""").Field("status"));
        Assert.Contains("answered 503 SlowDown Please reduce your request rate.", runner.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message><BucketName>jobs-state</BucketName></Error>", "", "NoSuchBucket", "create the bucket jobs-state")]
    [InlineData(301, "<Error><Code>PermanentRedirect</Code><Message>The bucket must be addressed otherwise</Message><Endpoint>jobs-state.s3.eu-west-1.amazonaws.com</Endpoint></Error>", "eu-west-1", "PermanentRedirect", "the bucket jobs-state is in eu-west-1 and this runs in eu-central-1")]
    [InlineData(400, "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region is wrong</Message><Region>us-east-1</Region></Error>", "", "AuthorizationHeaderMalformed", "is in us-east-1 and this runs in eu-central-1")]
    [InlineData(400, "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>", "", "ExpiredToken", "sign in again")]
    [InlineData(403, "<Error><Code>RequestTimeTooSkewed</Code><Message>too large</Message></Error>", "", "RequestTimeTooSkewed", "clock")]
    public void What_S3_refuses_says_what_to_do(int status, string body, string region, string code, string help)
    {
        using S3Server s3 = new()
        {
            Fault = context =>
            {
                if (region.Length > 0)
                {
                    context.Response.Headers["x-amz-bucket-region"] = region;
                }

                S3Server.Answer(context, status, body);
                return true;
            },
        };
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        using RunnerProcess runner = Start(project, s3);
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.Equal("Gild.StateUnreachable", answer.ErrorType);
        Assert.Contains(code, answer.Field("errorMessage"), StringComparison.Ordinal);
        Assert.Contains(help, answer.Field("errorMessage"), StringComparison.Ordinal);
        Assert.Equal("0", project.Builds());
    }

    [Fact]
    public void An_object_that_arrives_cut_is_read_again_and_a_list_that_is_none_is_said()
    {
        using S3Server s3 = new();
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        using RunnerProcess runner = Start(project, s3);
        Assert.Equal("success", runner.Invoke("""{"command": "build"}""").Field("status"));
        int cut = 0;
        s3.Fault = context =>
        {
            if (context.Request.HttpMethod != "GET" || !context.Request.RawUrl!.EndsWith("durations.json", StringComparison.Ordinal) || Interlocked.Increment(ref cut) > 2)
            {
                return false;
            }

            context.Response.ContentLength64 = 1000;
            context.Response.OutputStream.Write("{\"model"u8);
            context.Response.OutputStream.Flush();
            context.Response.Abort();
            return true;
        };
        Assert.Equal("success", runner.Invoke("""{"command": "build"}""").Field("status"));
        Assert.True(cut > 2, "the object is read again");
        s3.Fault = context =>
        {
            if (!context.Request.RawUrl!.Contains("list-type", StringComparison.Ordinal))
            {
                return false;
            }

            S3Server.Answer(context, 200, "<html>proxy");
            return true;
        };
        Assert.Equal("Gild.StateUnreachable", runner.Invoke("""{"command": "build"}""").ErrorType);
    }

    [Fact]
    public void A_bucket_that_falls_silent_costs_no_answer()
    {
        using S3Server s3 = new();
        using SemaphoreSlim never = new(0);
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        using RunnerProcess runner = Start(project, s3);
        runner.Invoke("""{"command": "ls"}""");
        s3.Fault = context => context.Request.HttpMethod == "PUT" && context.Request.RawUrl!.EndsWith("manifest.json", StringComparison.Ordinal) && !never.Wait(TimeSpan.FromMinutes(2));
        Answer answer = runner.Invoke("""{"command": "build"}""", 20);
        Assert.Equal("success", answer.Field("status"));
        Assert.Contains("no answer before the time limit", runner.Log, StringComparison.Ordinal);
        never.Release(10);
    }

    [Fact]
    public void A_secrets_manager_that_is_busy_is_asked_again_and_the_log_tells()
    {
        using S3Server s3 = new();
        int refusals = 0;
        s3.Fault = context =>
        {
            if (context.Request.Headers["X-Amz-Target"] is null || Interlocked.Increment(ref refusals) > 1)
            {
                return false;
            }

            S3Server.Answer(context, 400, """{"__type": "ThrottlingException", "message": "Rate exceeded"}""");
            return true;
        };
        s3.Secrets["arn:aws:secretsmanager:eu-central-1:123456789012:secret:admin-AbCdEf"] = """{"username": "gild", "password": "from-the-secret-manager"}""";
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 0));
        using RunnerProcess runner = Start(
            project, s3, ("AWS_ENDPOINT_URL_SECRETS_MANAGER", s3.Address), ("REDSHIFT_SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:admin-AbCdEf"));
        Assert.Equal("success", runner.Invoke("""{"command": "build"}""").Field("status"));
        Assert.Contains("answered 400 ThrottlingException Rate exceeded", runner.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_runners_that_race_for_a_lapsed_lock_one_wins()
    {
        using S3Server s3 = new();
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 1));
        using RunnerProcess first = Start(project, s3);
        using RunnerProcess second = Start(project, s3, ("DBT_TARGET_PATH", project.PathOf("other/target")), ("DBT_LOG_PATH", project.PathOf("other/logs")));
        // Both have looked at the lapsed lock before either writes.
        using Barrier both = new(2);
        s3.Put("runs/lock.json", Encoding.UTF8.GetBytes("""{"holder": "dead 1", "request_id": "dead", "doing": "dbt build", "until": "2020-01-01T00:00:00Z"}"""));
        s3.Fault = context =>
        {
            if (context.Request.HttpMethod == "PUT" && context.Request.Headers["If-Match"] is not null)
            {
                both.SignalAndWait(TimeSpan.FromMinutes(1));
            }

            return false;
        };
        first.Server.Send("""{"command": "build"}""", TimeSpan.FromMinutes(2));
        second.Server.Send("""{"command": "build"}""", TimeSpan.FromMinutes(2));
        Answer[] answers = [first.Server.Receive(), second.Server.Receive()];
        Assert.Single(answers, a => a.Field("status") == "success");
        Assert.Single(answers, a => a.ErrorType == "Gild.Locked");
        Assert.Equal("1", project.Builds());
        Assert.False(s3.Objects.ContainsKey("runs/lock.json"));
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
