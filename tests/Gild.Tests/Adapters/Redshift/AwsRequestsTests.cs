using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gild.Adapters.Aws;
using Xunit;

namespace Gild.Tests.Adapters.Redshift;

public sealed class AwsRequestsTests
{
    static readonly DateTime s_suiteTime = new(2015, 8, 30, 12, 36, 0, DateTimeKind.Utc);

    /// <summary>Cases of the test suite that AWS publishes for Signature Version 4.</summary>
    [Theory]
    [InlineData("GET", "/", "", null, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("GET", "/?Param2=value2&Param1=value1", "", null, "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", null,
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f")]
    [InlineData("POST", "/", "", null, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("POST", "/", "Param1=value1", "application/x-www-form-urlencoded", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    public void A_signature_is_that_of_the_published_cases(string method, string path, string body, string? type, string expected)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), "https://example.amazonaws.com" + path);
        if (type is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        AwsSignature.Sign(
            request, Encoding.UTF8.GetBytes(body), new AwsCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null),
            "service", "us-east-1", s_suiteTime);
        Assert.EndsWith($"Signature={expected}", Authorization(request), StringComparison.Ordinal);
    }

    /// <summary>Examples of the S3 API reference.</summary>
    [Theory]
    [InlineData("/?lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("/?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void A_signature_for_S3_is_that_of_its_documentation(string path, string expected)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "https://examplebucket.s3.amazonaws.com" + path);
        AwsSignature.Sign(
            request, [], new AwsCredentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null),
            "s3", "us-east-1", new DateTime(2013, 5, 24, 0, 0, 0, DateTimeKind.Utc));
        Assert.EndsWith($"Signature={expected}", Authorization(request), StringComparison.Ordinal);
    }

    static string Text(HttpResponseMessage response)
    {
        using StreamReader reader = new(response.Content.ReadAsStream());
        return reader.ReadToEnd();
    }

    static string Authorization(HttpRequestMessage request) => Assert.Single(request.Headers.GetValues("Authorization"));

    [Theory]
    [InlineData("s3", "GET", "/bucket/folder/a%20b%2Bc%28d%29%C3%A9.json", "")]
    [InlineData("s3", "PUT", "/bucket/target/manifest.json", "{}")]
    [InlineData("s3", "GET", "/bucket?list-type=2&prefix=runs%2Fa%20b&continuation-token=1%2B2%3D", "")]
    [InlineData("redshift-serverless", "POST", "/", "{\"workgroupName\":\"gold\"}")]
    [InlineData("lambda", "GET", "/2015-03-31/functions/arn%3Aaws%3Alambda", "")]
    public void A_service_accepts_the_signature(string service, string method, string path, string body)
    {
        using LocalAws aws = new((_, _) => new Answer(200, "fine"));
        using AwsRequests requests = aws.Client(token: "session//token==");
        using HttpRequestMessage request = new(new HttpMethod(method), aws.Address + path);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
            request.Headers.TryAddWithoutValidation("X-Amz-Target", "Some.Operation");
        }

        using HttpResponseMessage response = requests.Send(request, service, "eu-west-1", cancellation: TestContext.Current.CancellationToken);
        Assert.Equal("fine", Text(response));
        ReceivedRequest received = Assert.Single(aws.Requests);
        Assert.Equal(body, received.Text);
        Assert.Equal("session//token==", received.Headers["X-Amz-Security-Token"]);
        Assert.NotNull(LocalAws.SignatureProblem(received, "another key"));
        Assert.NotNull(LocalAws.SignatureProblem(received with { Body = [1] }));
    }

    [Theory]
    [InlineData(503, "", "text/plain")]
    [InlineData(500, "<Error><Code>InternalError</Code><Message>We failed</Message></Error>", "application/xml")]
    [InlineData(400, "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}", "application/x-amz-json-1.1")]
    [InlineData(400, "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>", "text/xml")]
    [InlineData(429, "{}", "application/json")]
    public void A_busy_service_is_asked_again(int status, string body, string type)
    {
        using LocalAws aws = new((_, before) => before < 3 ? new Answer(status, body, type) : new Answer(200, "at last"));
        using AwsRequests requests = aws.Client();
        List<string> told = [];
        requests.Retrying = notice => told.Add(notice.Text);
        using HttpRequestMessage request = new(HttpMethod.Post, aws.Address) { Content = new StringContent("payload") };
        using HttpResponseMessage response = requests.Send(request, "s3", "eu-west-1", cancellation: TestContext.Current.CancellationToken);
        Assert.Equal("at last", Text(response));
        Assert.Equal(3, told.Count);
        Assert.Matches($@"^Retrying the call of AWS after 0(\.0\d)? s \(attempt 4 of 5\): 127\.0\.0\.1 answered {status}", told[2]);
        Assert.Equal(["payload", "payload", "payload", "payload"], aws.Requests.Select(r => r.Text));
    }

    [Fact]
    public void A_service_that_stays_busy_is_given_up_with_its_own_words()
    {
        using LocalAws aws = new((_, _) => new Answer(503, "{\"__type\":\"ServiceUnavailableException\",\"message\":\"Come back later\"}"));
        using AwsRequests requests = aws.Client();
        using HttpRequestMessage request = new(HttpMethod.Get, aws.Address);
        AwsException error = Assert.Throws<AwsException>(() => requests.SendOrThrow(request, "s3", "eu-west-1", "s3:GetObject", cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("ServiceUnavailableException: Come back later", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, aws.Requests.Count);
    }

    [Theory]
    [InlineData(404, "<Error><Code>NoSuchKey</Code></Error>")]
    [InlineData(412, "<Error><Code>PreconditionFailed</Code></Error>")]
    [InlineData(304, "")]
    public void A_refusal_that_stands_is_returned_at_once(int status, string body)
    {
        using LocalAws aws = new((_, _) => new Answer(status, body, "application/xml"));
        using AwsRequests requests = aws.Client();
        using HttpRequestMessage request = new(HttpMethod.Get, aws.Address + "/bucket/key");
        using HttpResponseMessage response = requests.Send(request, "s3", "eu-west-1", cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Single(aws.Requests);
    }

    [Theory]
    [InlineData(403, "AccessDenied", "s3:PutObject")]
    [InlineData(403, "ExpiredToken", "sign in again")]
    [InlineData(403, "InvalidClientTokenId", "Check the AWS access key")]
    public void A_refusal_says_what_to_do(int status, string code, string expected)
    {
        using LocalAws aws = new((_, _) => new Answer(status, $"<Error><Code>{code}</Code><Message>no</Message></Error>", "application/xml"));
        using AwsRequests requests = aws.Client(token: "the-session-token");
        using HttpRequestMessage request = new(HttpMethod.Put, aws.Address + "/bucket/key");
        AwsException error = Assert.Throws<AwsException>(() => requests.SendOrThrow(request, "s3", "eu-west-1", "s3:PutObject", cancellation: TestContext.Current.CancellationToken));
        Assert.Equal((code, (HttpStatusCode)status), (error.Code!, error.Status!.Value));
        Assert.Contains(expected, error.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain(LocalAws.SecretKey, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("the-session-token", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_that_is_not_there_is_named_with_its_address()
    {
        using TcpListener closed = new(IPAddress.Loopback, 0);
        closed.Start();
        int port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        using AwsRequests requests = new(AwsCredentialSource.Fixed("a", "b"), retryPause: TimeSpan.FromMilliseconds(1));
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{port}/");
        AwsException error = Assert.Throws<AwsException>(() => requests.Send(request, "s3", "eu-west-1", cancellation: TestContext.Current.CancellationToken));
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("VPC endpoint", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_service_is_given_up_and_a_cancelled_call_ends()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        string address = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/";
        using AwsRequests requests = new(
            AwsCredentialSource.Fixed("a", "b"), timeout: TimeSpan.FromMilliseconds(50), retryPause: TimeSpan.FromMilliseconds(1));
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        AwsException error = Assert.Throws<AwsException>(() => requests.Send(request, "s3", "eu-west-1", cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("no answer within", error.Message, StringComparison.Ordinal);
        using CancellationTokenSource cancelled = new(TimeSpan.FromMilliseconds(20));
        Assert.ThrowsAny<OperationCanceledException>(() => requests.Send(request, "s3", "eu-west-1", cancellation: cancelled.Token));
    }

    [Theory]
    [InlineData("redshift-serverless", "eu-west-1", "", "https://redshift-serverless.eu-west-1.amazonaws.com/")]
    [InlineData("redshift", "cn-north-1", "", "https://redshift.cn-north-1.amazonaws.com.cn/")]
    [InlineData("s3", "eu-west-1", "AWS_ENDPOINT_URL=http://127.0.0.1:1", "http://127.0.0.1:1/")]
    [InlineData("s3", "eu-west-1", "AWS_ENDPOINT_URL=http://127.0.0.1:1;AWS_ENDPOINT_URL_S3=http://127.0.0.1:2", "http://127.0.0.1:2/")]
    [InlineData("redshift-serverless", "eu-west-1", "AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS=http://127.0.0.1:3", "http://127.0.0.1:3/")]
    [InlineData("secretsmanager", "eu-west-1", "AWS_ENDPOINT_URL_SECRETS_MANAGER=http://127.0.0.1:4", "http://127.0.0.1:4/")]
    [InlineData("s3", "eu-west-1", "AWS_ENDPOINT_URL=http://127.0.0.1:1;AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true", "https://s3.eu-west-1.amazonaws.com/")]
    public void Endpoints_follow_the_documented_variables(string service, string region, string variables, string expected)
    {
        Dictionary<string, string> set = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        Assert.Equal(expected, new AwsEndpoints(set.GetValueOrDefault).Of(service, region).ToString());
    }

    [Fact]
    public void A_variable_without_an_address_is_named()
    {
        AwsEndpoints endpoints = new(name => name == "AWS_ENDPOINT_URL_S3" ? "localhost:9000" : null);
        Assert.Contains("AWS_ENDPOINT_URL_S3", Assert.Throws<AwsException>(() => endpoints.Of("s3", "eu-west-1")).Message, StringComparison.Ordinal);
    }

    const string WithMfa = "[profile one]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/u\n[profile base]\naws_access_key_id = "
        + LocalAws.AccessKey + "\naws_secret_access_key = " + LocalAws.SecretKey + "\n";

    [Fact]
    public void A_role_behind_a_second_factor_asks_for_the_code_or_says_how_to_sign_in_all_the_same() => WithConfig(WithMfa, file =>
    {
        using LocalAws aws = new((_, _) => new Answer(200, StsAnswer("AssumeRole"), "text/xml"));
        AwsEndpoints endpoints = new(name => name == "AWS_ENDPOINT_URL_STS" ? aws.Address : null);
        AwsException nobody = Assert.Throws<AwsException>(() => AwsCredentialSource.Profile("one", file, endpoints).Resolve());
        Assert.Contains("arn:aws:iam::1:mfa/u", nobody.Message, StringComparison.Ordinal);
        Assert.Contains("aws configure export-credentials", nobody.Hint, StringComparison.Ordinal);
        List<string> asked = [];
        AwsCredentialSource.AskForCode = device =>
        {
            asked.Add(device);
            return " 123456\n";
        };
        try
        {
            AwsCredentialSource source = AwsCredentialSource.Profile("one", file, endpoints);
            Assert.Equal(new AwsCredentials("ASIA1", "S", "T"), source.Resolve());
            Assert.Equal("ASIA1", source.Resolve().AccessKeyId);
        }
        finally
        {
            AwsCredentialSource.AskForCode = null;
        }

        Assert.Equal(["arn:aws:iam::1:mfa/u"], asked);
        Assert.EndsWith("&SerialNumber=arn%3Aaws%3Aiam%3A%3A1%3Amfa%2Fu&TokenCode=123456", Assert.Single(aws.Requests).Text, StringComparison.Ordinal);
    });

    [Fact]
    public void Profiles_that_go_round_in_a_circle_are_named() => WithConfig(
        "[profile one]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = two\n[profile two]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = one\n", file =>
        Assert.Contains("one -> two -> one go round in a circle", Assert.Throws<AwsException>(() => AwsCredentialSource.Profile("one", file).Resolve()).Message, StringComparison.Ordinal));

    static string StsAnswer(string action) => $"<{action}Response><{action}Result><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>S</SecretAccessKey>"
        + $"<SessionToken>T</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></{action}Result></{action}Response>";

    static void WithConfig(string config, Action<string> test)
    {
        string folder = Directory.CreateTempSubdirectory("gild-aws-").FullName;
        try
        {
            string file = Path.Combine(folder, "config");
            File.WriteAllText(file, config.Replace("FOLDER", folder, StringComparison.Ordinal));
            test(file);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_service_whose_time_is_another_is_asked_again_with_its_own_time()
    {
        DateTimeOffset theirs = DateTimeOffset.UtcNow.AddHours(-3);
        using LocalAws aws = new((request, _) =>
        {
            DateTimeOffset signed = DateTimeOffset.ParseExact(request.Headers["X-Amz-Date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            (string, string) date = ("Date", theirs.ToString("r", CultureInfo.InvariantCulture));
            return (signed - theirs).Duration() < TimeSpan.FromMinutes(5)
                ? new Answer(200, "fine", "text/plain", date)
                : new Answer(403, "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large</Message></Error>", "application/xml", date);
        });
        using AwsRequests requests = aws.Client();
        for (int call = 0; call < 2; call++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, requests.Endpoints.Of("s3", "eu-west-1"));
            using HttpResponseMessage response = requests.Send(request, "s3", "eu-west-1", cancellation: TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode);
        }

        // Once refused, and the time of the service is kept.
        Assert.Equal(3, aws.Requests.Count);
    }

    [Fact]
    public void Calls_end_with_the_time_that_they_are_given()
    {
        using SemaphoreSlim never = new(0);
        using LocalAws aws = new((_, _) =>
        {
            never.Wait(TimeSpan.FromMinutes(1));
            return new Answer(200);
        });
        using AwsRequests requests = aws.Client();
        requests.Until = DateTimeOffset.UtcNow.AddMilliseconds(300);
        using HttpRequestMessage request = new(HttpMethod.Get, requests.Endpoints.Of("s3", "eu-west-1"));
        AwsException late = Assert.Throws<AwsException>(() => requests.Send(request, "s3", "eu-west-1", cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("no answer before the time limit", late.Message, StringComparison.Ordinal);
        never.Release(10);
    }

    [Theory]
    [InlineData(200, "", "")]
    [InlineData(400, "ExpiredTokenException", "let the platform write a new one")]
    [InlineData(403, "AccessDenied", "The trust policy of arn:aws:iam::1:role/r must let this identity in")]
    public void A_web_identity_becomes_the_role_without_a_signature(int status, string code, string hint) => WithConfig(
        "[profile one]\nrole_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = FOLDER/token\nrole_session_name = ci\nregion = eu-west-1\n", file =>
        {
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(file)!, "token"), "a.web+token\n");
            ReceivedRequest? received = null;
            using LoopbackServer sts = new(context =>
            {
                using StreamReader reader = new(context.Request.InputStream);
                received = new ReceivedRequest(context.Request.HttpMethod, context.Request.RawUrl!, new Dictionary<string, string> { ["Authorization"] = context.Request.Headers["Authorization"] ?? "" },
                    System.Text.Encoding.UTF8.GetBytes(reader.ReadToEnd()));
                context.Response.StatusCode = status;
                context.Response.OutputStream.Write(System.Text.Encoding.UTF8.GetBytes(
                    status == 200 ? StsAnswer("AssumeRoleWithWebIdentity") : $"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"));
                context.Response.Close();
            });
            AwsCredentialSource source = AwsCredentialSource.Profile("one", file, new AwsEndpoints(name => name == "AWS_ENDPOINT_URL_STS" ? sts.Address : null));
            if (status == 200)
            {
                Assert.Equal(new AwsCredentials("ASIA1", "S", "T"), source.Resolve());
                Assert.Equal("", received!.Headers["Authorization"]);
                Assert.Equal(
                    "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=ci&DurationSeconds=3600&WebIdentityToken=a.web%2Btoken",
                    received.Text);
            }
            else
            {
                AwsException refused = Assert.Throws<AwsException>(() => source.Resolve());
                Assert.Contains(hint, refused.Hint, StringComparison.Ordinal);
                Assert.DoesNotContain("a.web", refused.ToString(), StringComparison.Ordinal);
            }
        });

    [Fact]
    public void A_role_is_assumed_with_the_credentials_of_another_profile()
    {
        using LocalAws aws = new((_, before) => before == 0
            ? new Answer(
                200, "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>"
                + "<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>", "text/xml")
            : new Answer(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>", "text/xml"));
        string folder = Directory.CreateTempSubdirectory("gild-aws-").FullName;
        try
        {
            string file = Path.Combine(folder, "config");
            File.WriteAllText(
                file, "[profile one]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nexternal_id = x y\nregion = eu-west-1\n"
                + $"[profile base]\naws_access_key_id = {LocalAws.AccessKey}\naws_secret_access_key = {LocalAws.SecretKey}\n");
            AwsEndpoints endpoints = new(name => name == "AWS_ENDPOINT_URL_STS" ? aws.Address : null);
            AwsCredentialSource source = AwsCredentialSource.Profile("one", file, endpoints);
            Assert.Equal(new AwsCredentials("ASIA1", "S", "T"), source.Resolve());
            Assert.Equal(new AwsCredentials("ASIA1", "S", "T"), source.Resolve());
            Assert.Equal(
                "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=gild&DurationSeconds=3600&ExternalId=x%20y",
                Assert.Single(aws.Requests).Text);
            AwsException refused = Assert.Throws<AwsException>(() => AwsCredentialSource.Profile("one", file, endpoints).Resolve());
            Assert.Contains("sts:AssumeRole was refused: AccessDenied: not you", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_credential_process_gives_the_credentials_of_a_profile()
    {
        string folder = Directory.CreateTempSubdirectory("gild-aws-").FullName;
        try
        {
            string file = Path.Combine(folder, "config");
            File.WriteAllText(Path.Combine(folder, "answer.json"), """{"Version":1,"AccessKeyId":"AKP","SecretAccessKey":"S","SessionToken":"T","Expiration":"2999-01-01T00:00:00Z"}""");
            File.WriteAllText(file, $"[profile one]\ncredential_process = cat {folder}/answer.json\n");
            Assert.Equal(new AwsCredentials("AKP", "S", "T"), AwsCredentialSource.Profile("one", file).Resolve());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void An_unknown_profile_is_named_and_credentials_do_not_print_their_secret()
    {
        AwsException error = Assert.Throws<AwsException>(() => AwsCredentialSource.Profile("no-such-profile-here").Resolve());
        Assert.Contains("no-such-profile-here", error.Message, StringComparison.Ordinal);
        AwsCredentials credentials = AwsCredentialSource.Fixed("AKID", "the-secret", "the-token").Resolve();
        Assert.Equal(("the-secret", "the-token"), (credentials.SecretAccessKey, credentials.SessionToken));
        Assert.DoesNotContain("the-", credentials.ToString(), StringComparison.Ordinal);
    }
}
