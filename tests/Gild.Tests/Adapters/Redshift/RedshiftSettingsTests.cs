using Gild.Adapters;
using Gild.Adapters.Redshift;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Npgsql;
using Xunit;

namespace Gild.Tests.Adapters.Redshift;

public sealed class RedshiftSettingsTests
{
    static RedshiftSettings Read(params (string, Value)[] more)
    {
        DictValue output = Rows.Output(
            ("type", "redshift"), ("host", "c1.abc.eu-west-1.redshift.amazonaws.com"), ("user", "u"), ("password", "p"), ("dbname", "d"), ("schema", "s"));
        foreach ((string key, Value value) in more)
        {
            output[key] = value;
        }

        return RedshiftSettings.Read(new ProfileReader(output, Rows.Environment), passwordIsProvided: false);
    }

    static Value ValueOf(string text) => text switch
    {
        "none" => Value.None,
        "[]" => new ListValue([1]),
        _ => text,
    };

    [Theory]
    [InlineData("host", "none", "'host' is missing")]
    [InlineData("user", "none", "'user' is missing")]
    [InlineData("password", "none", "'password' is missing")]
    [InlineData("dbname", "none", "'dbname' is missing")]
    [InlineData("schema", "none", "'schema' is missing")]
    [InlineData("port", "70000", "'port' is 70000")]
    [InlineData("port", "abc", "'port' is 'abc'")]
    [InlineData("method", "iam_rolle", "'method' is 'iam_rolle' but must be database, iam or iam_role")]
    [InlineData("method", "browser_identity_center", "does not support")]
    [InlineData("sslmode", "on", "'sslmode' is 'on'")]
    [InlineData("retries", "-1", "'retries' is -1")]
    [InlineData("connect_timeout", "soon", "'connect_timeout' is 'soon'")]
    [InlineData("autocommit", "perhaps", "'autocommit' is 'perhaps'")]
    [InlineData("db_groups", "etl", "'db_groups' must be a list")]
    [InlineData("session_settings", "[]", "'session_settings' must be a mapping")]
    [InlineData("serverless_workgroup", "x", "'serverless_workgroup' is not a known key: did you mean 'serverless_work_group'?")]
    [InlineData("clusterid", "x", "did you mean 'cluster_id'?")]
    [InlineData("zzz", "x", "'zzz' is not a known key")]
    [InlineData("threads", "0", "'threads'")]
    public void A_wrong_key_is_named(string key, string value, string expected)
    {
        AdapterException error = Assert.Throws<AdapterException>(() => Read((key, ValueOf(value))));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("Profile 'shop', target 'dev'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_together_is_said()
    {
        Assert.Contains("'cluster_id' is missing", Assert.Throws<AdapterException>(() => Read(("method", "iam"))).Message, StringComparison.Ordinal);
        Assert.Contains("'user' is missing", Assert.Throws<AdapterException>(
            () => Read(("method", "iam"), ("cluster_id", "c1"), ("user", Value.None))).Message, StringComparison.Ordinal);
        Assert.Contains("over TLS only", Assert.Throws<AdapterException>(
            () => Read(("method", "iam_role"), ("cluster_id", "c1"), ("sslmode", "disable"))).Message, StringComparison.Ordinal);
        Assert.Contains("'secret_access_key' is missing", Assert.Throws<AdapterException>(
            () => Read(("method", "iam_role"), ("cluster_id", "c1"), ("access_key_id", "AK"))).Message, StringComparison.Ordinal);
        Assert.Contains("no name of a parameter", Assert.Throws<AdapterException>(
            () => Read(("session_settings", Rows.Output(("a b; drop", "x"))))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_are_those_of_dbt_redshift()
    {
        RedshiftSettings settings = Read();
        Assert.Equal((5439, SslMode.VerifyCA, true, 1, "eu-west-1", false), (settings.Port, settings.SslMode, settings.Autocommit, settings.Retries, settings.Region, settings.IsServerless));
        Assert.Equal(SslMode.VerifyFull, Read(("method", "iam_role"), ("cluster_id", "c1")).SslMode);
        Assert.Equal(SslMode.VerifyCA, Read(("sslmode", "require")).SslMode);
        Assert.Equal(SslMode.Disable, Read(("sslmode", "disable")).SslMode);
    }

    [Theory]
    [InlineData("gold-wg.1.us-east-1.redshift-serverless.amazonaws.com", null, "gold-wg", "us-east-1")]
    [InlineData("gold-wg.1.us-east-1.redshift-serverless.amazonaws.com", "named", "named", "us-east-1")]
    [InlineData("warehouse.example.org", "named", "named", null)]
    [InlineData("c1.abc.cn-north-1.redshift.amazonaws.com.cn", null, null, "cn-north-1")]
    public void Workgroup_and_region_come_from_the_profile_or_the_host(string host, string? workGroup, string? expected, string? region)
    {
        RedshiftSettings settings = Read(("host", host), ("serverless_work_group", workGroup));
        Assert.Equal((expected, region), (settings.WorkGroup, settings.Region));
    }

    [Fact]
    public void A_host_is_made_of_workgroup_account_and_region()
    {
        Assert.Equal(
            "wg.12.eu-west-1.redshift-serverless.amazonaws.com",
            Read(("host", Value.None), ("serverless_work_group", "wg"), ("serverless_acct_id", "12"), ("region", "eu-west-1")).Host);
    }

    [Fact]
    public void Templates_see_the_target_but_no_secret()
    {
        using Adapter adapter = RedshiftAdapter.Factory.Create(
            Rows.Output(
                ("host", "wg.1.us-east-1.redshift-serverless.amazonaws.com"), ("method", "iam_role"), ("dbname", "d"), ("schema", "s"), ("password", "hush"),
                ("access_key_id", "AK"), ("secret_access_key", "hush-too")),
            Rows.Environment);
        string visible = string.Join(' ', adapter.Target.Visible.Select(v => $"{v.Key}={v.Value}"));
        Assert.Contains("serverless_work_group=wg", visible, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", visible, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other", false, false, true)]
    [InlineData("D", false, false, false)]
    [InlineData("other", true, false, false)]
    [InlineData("other", false, true, false)]
    public void Other_databases_need_ra3_or_datasharing(string database, bool ra3, bool datasharing, bool refused)
    {
        using Adapter adapter = RedshiftAdapter.Factory.Create(
            Rows.Output(("host", "h"), ("user", "u"), ("password", "p"), ("dbname", "d"), ("schema", "s"), ("ra3_node", ra3), ("datasharing", datasharing)), Rows.Environment);
        Assert.Equal(refused, adapter.RefusalOf(database) is not null);
    }

    [Fact]
    public void Text_columns_of_seeds_are_as_long_as_their_longest_value_in_bytes()
    {
        using Adapter adapter = RedshiftAdapter.Factory.Create(Rows.Output(("host", "h"), ("user", "u"), ("password", "p"), ("dbname", "d"), ("schema", "s")), Rows.Environment);
        ResultTable table = new(
            [new("a", ResultColumnKind.Text, ""), new("b", ResultColumnKind.Text, ""), new("c", ResultColumnKind.Text, ""), new("d", ResultColumnKind.Time, "")],
            [["héé", Value.None, "", "10:00"], ["x", Value.None, "", "11:00"]]);
        Assert.Equal(["varchar(5)", "varchar(64)", "varchar(1)", "varchar(24)"], Enumerable.Range(0, 4).Select(i => adapter.ConvertType(table, i)));
    }
}
