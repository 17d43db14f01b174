using System.Text.Json;
using Gild.Adapters;
using Gild.Adapters.Redshift;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Adapters.Redshift;

/// <summary>User and password of a session from AWS, by a stand-in that checks the signature.</summary>
public sealed class RedshiftSignInTests(CompatibleDatabase database) : IClassFixture<CompatibleDatabase>
{
    const string ServerlessHost = "gold-wg.123456789012.eu-west-1.redshift-serverless.amazonaws.com";
    const string Good = """{"dbPassword":"temporary-secret","dbUser":"IAMR:runner","expiration":1.7E9,"nextRefreshTime":1.7E9}""";

    static RedshiftSettings Settings(params (string, Value)[] profile) => RedshiftSettings.Read(
        new ProfileReader(Rows.Output([("dbname", "analytics"), ("schema", "gold"), .. profile]), Rows.Environment), passwordIsProvided: false);

    static DatabaseSignIn SignIn(LocalAws aws, params (string, Value)[] profile)
    {
        using RedshiftSignIn signIn = new(Settings(profile), null, () => aws.Client(token: "session-token"));
        return signIn.ForNewSession(_ => { }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Serverless_asks_for_the_workgroup_and_sends_no_user()
    {
        using LocalAws aws = new((_, _) => new Answer(200, Good));
        DatabaseSignIn signIn = SignIn(aws, ("method", "iam_role"), ("host", ServerlessHost), ("user", "ignored"));
        Assert.Equal(("IAMR:runner", "temporary-secret"), (signIn.User, signIn.Password));
        Assert.Equal("user IAMR:runner", signIn.ToString());
        ReceivedRequest request = Assert.Single(aws.Requests);
        Assert.Equal(("POST", "/"), (request.Method, request.RawUrl));
        Assert.Equal("RedshiftServerless.GetCredentials", request.Headers["X-Amz-Target"]);
        Assert.Equal("application/x-amz-json-1.1", request.Headers["Content-Type"]);
        Assert.Contains("/eu-west-1/redshift-serverless/aws4_request", request.Headers["Authorization"], StringComparison.Ordinal);
        using JsonDocument body = JsonDocument.Parse(request.Body);
        Assert.Equal("""{"workgroupName":"gold-wg","dbName":"analytics","durationSeconds":3600}""", body.RootElement.GetRawText());
    }

    [Fact]
    public void The_workgroup_of_the_profile_goes_before_the_hosts_first_label()
    {
        using LocalAws aws = new((_, _) => new Answer(200, Good));
        SignIn(aws, ("method", "iam_role"), ("host", "warehouse.example.org"), ("serverless_work_group", "wg-2"), ("region", "us-east-2"));
        Assert.Contains("\"workgroupName\":\"wg-2\"", Assert.Single(aws.Requests).Text, StringComparison.Ordinal);
        Assert.Contains("/us-east-2/", Assert.Single(aws.Requests).Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_is_asked_for_the_roles_own_user()
    {
        using LocalAws aws = new((_, _) => new Answer(200, """
            <GetClusterCredentialsWithIAMResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><GetClusterCredentialsWithIAMResult>
            <DbUser>IAMR:runner</DbUser><DbPassword>a&amp;b/c=</DbPassword></GetClusterCredentialsWithIAMResult></GetClusterCredentialsWithIAMResponse>
            """, "text/xml"));
        DatabaseSignIn signIn = SignIn(aws, ("method", "iam_role"), ("host", "c1.abc.eu-west-1.redshift.amazonaws.com"), ("cluster_id", "c1"));
        Assert.Equal(("IAMR:runner", "a&b/c="), (signIn.User, signIn.Password));
        Assert.Equal(
            "Action=GetClusterCredentialsWithIAM&Version=2012-12-01&ClusterIdentifier=c1&DbName=analytics&DurationSeconds=3600", Assert.Single(aws.Requests).Text);
    }

    [Fact]
    public void A_cluster_is_asked_for_a_user_with_groups()
    {
        using LocalAws aws = new((_, _) => new Answer(
            200, "<R><GetClusterCredentialsResult><DbUser>IAMA:loader:etl</DbUser><DbPassword>p</DbPassword></GetClusterCredentialsResult></R>", "text/xml"));
        SignIn(aws, ("method", "iam"), ("host", "h"), ("region", "eu-west-1"), ("cluster_id", "c1"), ("user", "load er"), ("autocreate", true),
            ("db_groups", new ListValue(["etl", "b&c"])));
        Assert.EndsWith("&DbUser=load%20er&AutoCreate=true&DbGroups.DbGroup.1=etl&DbGroups.DbGroup.2=b%26c", Assert.Single(aws.Requests).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccessDeniedException", "User: arn:aws:sts::1:assumed-role/r is not authorized to perform: redshift-serverless:GetCredentials", "Allow the action redshift-serverless:GetCredentials")]
    [InlineData("ExpiredTokenException", "The security token included in the request is expired", "sign in again")]
    [InlineData("ResourceNotFoundException", "Serverless workgroup gold-wg not found", "ResourceNotFoundException")]
    public void A_refusal_names_the_action_and_no_secret(string code, string message, string expected)
    {
        using LocalAws aws = new((_, _) => new Answer(400, $$"""{"__type":"{{code}}","message":"{{message}}"}"""));
        AdapterException error = Assert.Throws<AdapterException>(() => SignIn(aws, ("method", "iam_role"), ("host", ServerlessHost)));
        Assert.Equal(code, error.SqlState);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("redshift-serverless:GetCredentials", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, $"{error.Message} {error.Hint}", StringComparison.Ordinal);
        Assert.DoesNotContain(LocalAws.SecretKey, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("session-token", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"dbUser\":\"IAMR:x\"}")]
    public void An_answer_that_makes_no_sense_is_an_error_in_words(string body)
    {
        using LocalAws aws = new((_, _) => new Answer(200, body));
        AdapterException error = Assert.Throws<AdapterException>(() => SignIn(aws, ("method", "iam_role"), ("host", ServerlessHost)));
        Assert.Contains("redshift-serverless:GetCredentials gave an answer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Throttling_is_waited_out()
    {
        using LocalAws aws = new((_, before) => before < 2 ? new Answer(400, """{"__type":"ThrottlingException","message":"Rate exceeded"}""") : new Answer(200, Good));
        Assert.Equal("IAMR:runner", SignIn(aws, ("method", "iam_role"), ("host", ServerlessHost)).User);
        Assert.Equal(3, aws.Requests.Count);
    }

    [Fact]
    public void Every_session_gets_fresh_credentials_and_a_run_shows_none_of_them()
    {
        using LocalAws aws = new((_, before) => new Answer(200, $$"""{"dbUser":"gild","dbPassword":"temporary-secret-{{before}}"}"""));
        RedshiftSettings settings = RedshiftSettings.Read(
            new ProfileReader(
                Rows.Output(
                    ("method", "iam_role"), ("host", "127.0.0.1"), ("port", database.Port), ("serverless_work_group", "wg"), ("region", "eu-west-1"), ("dbname", "postgres"),
                    ("schema", "iam"), ("sslmode", "disable"), ("retries", 0)),
                Rows.Environment),
            passwordIsProvided: false);
        using RedshiftProject project = new(("models/m.sql", "{{ config(materialized='table') }} select 1 as id {{ log(target.items() | list, info=true) }}"));
        project.Run(0, () => new RedshiftAdapter(settings, requests: () => aws.Client()), "build");
        Assert.True(aws.Requests.Count > 1, "one request a session is expected");
        Assert.DoesNotContain("temporary-secret", project.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain(LocalAws.SecretKey, project.Everything, StringComparison.Ordinal);
        project.Run(2, () => new RedshiftAdapter(settings with { Database = "no_such_database" }, requests: () => aws.Client()), "build");
        Assert.Contains("no_such_database", string.Join('\n', project.Said), StringComparison.Ordinal);
        Assert.DoesNotContain("temporary-secret", project.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_may_keep_the_password_elsewhere()
    {
        int asked = 0;
        DictValue profile = Rows.Output(("host", "127.0.0.1"), ("port", database.Port), ("dbname", "postgres"), ("schema", "s"), ("sslmode", "disable"));
        using Adapter adapter = RedshiftAdapter.FactoryWith(_ =>
        {
            asked++;
            return new DatabaseSignIn("gild", "from the vault");
        }).Create(profile, Rows.Environment);
        using (Connection one = adapter.Open("one", TestContext.Current.CancellationToken))
        using (Connection two = adapter.Open("two", TestContext.Current.CancellationToken))
        {
            Assert.Equal("gild", two.Text("select current_user"));
        }

        Assert.Equal(2, asked);
    }
}
