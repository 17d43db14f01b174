using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Context;

/// <summary>Who may say whether names are quoted: the project for its nodes, a source for itself.</summary>
public sealed class QuotingTests
{
    static TemporaryProject Project() => new(
        ("dbt_project.yml", TemporaryProject.ProjectFile + "\nquoting: {database: false, schema: false, identifier: false}\nmodels: {+quoting: {identifier: true}}\n"),
        ("models/a.sql", "{{ config(quoting={'schema': true}) }} select 1 as id"),
        ("models/b.sql", "select * from {{ ref('a') }} union all select id from {{ this }}"),
        ("models/c.sql", "select * from {{ source('raw', 'plain') }} join {{ source('raw', 'own') }} using (id)"),
        ("models/s.yml", "sources: [{name: raw, quoting: {schema: false}, tables: [{name: plain}, {name: own, quoting: {identifier: false}}]}]"));

    [Fact]
    public void Nodes_are_quoted_as_the_project_says_and_sources_as_they_say_themselves()
    {
        using TemporaryProject project = Project();
        project.Run(0, "compile");
        Assert.Equal(
            "select * from shop.main.a union all select id from shop.main.b",
            File.ReadAllText(project.PathOf("target/compiled/shop/models/b.sql")).Trim());
        Assert.Equal(
            "select * from \"shop\".raw.\"plain\" join \"shop\".raw.own using (id)",
            File.ReadAllText(project.PathOf("target/compiled/shop/models/c.sql")).Trim());
    }

    [Fact]
    public void The_relation_name_of_a_source_in_the_manifest_is_quoted_as_the_project_and_the_source_say()
    {
        using TemporaryProject project = Project();
        project.Run(0, "parse");
        using JsonDocument manifest = project.Artifact("manifest.json");
        Assert.Equal("shop.raw.plain", manifest.RootElement.GetProperty("sources").GetProperty("source.shop.raw.plain").GetProperty("relation_name").GetString());
    }
}
