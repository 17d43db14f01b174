using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

public sealed class StoredFailureTests
{
    static TemporaryProject Project() => new(
        ("models/a.sql", "{{ config(materialized='table') }} select range as id from range(10)"),
        ("tests/limited.sql", "{{ config(limit=2, store_failures=true) }} select * from {{ ref('a') }}"),
        ("tests/never_stored.sql", "{{ config(store_failures=false) }} select * from {{ ref('a') }} where id > 8"));

    [Fact]
    public void A_limit_counts_for_the_stored_rows_too()
    {
        using TemporaryProject project = Project();
        project.Run(1, "build");
        Assert.Equal("2", project.Query("select count(*) from main_dbt_test__audit.limited"));
    }

    [Fact]
    public void The_flag_gives_every_test_a_name_and_stores_where_no_config_says_no()
    {
        using TemporaryProject project = Project();
        project.Run(1, "build", "--store-failures");
        using JsonDocument manifest = project.Artifact("manifest.json");
        Assert.Equal(
            "\"shop\".\"main_dbt_test__audit\".\"never_stored\"",
            manifest.RootElement.GetProperty("nodes").GetProperty("test.shop.never_stored").GetProperty("relation_name").GetString());
        Assert.Equal("limited", project.Query("select table_name from information_schema.tables where table_schema = 'main_dbt_test__audit'"));
    }
}
