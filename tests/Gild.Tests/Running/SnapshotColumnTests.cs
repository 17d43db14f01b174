using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

public sealed class SnapshotColumnTests
{
    [Fact]
    public void The_columns_of_a_snapshot_can_be_renamed()
    {
        using TemporaryProject project = new(
            ("seeds/raw.csv", "id,changed\n1,2024-01-01\n"),
            ("snapshots/s.yml", """
                snapshots:
                  - name: s
                    relation: ref('raw')
                    config: {unique_key: id, strategy: timestamp, updated_at: changed, snapshot_meta_column_names: {dbt_valid_from: starts, dbt_scd_id: row_key}}
                """));
        project.Run(0, "build");
        project.Write("seeds/raw.csv", "id,changed\n1,2024-02-01\n");
        project.Run(0, "build");
        Assert.Equal(
            "changed; dbt_updated_at; dbt_valid_to; id; row_key; starts",
            project.Query("select column_name from information_schema.columns where table_name = 's' order by 1"));
        Assert.Equal("2024-01-01, 2024-02-01; 2024-02-01, ", project.Query("select starts::date, dbt_valid_to::date from s order by starts").Replace("None", "", StringComparison.Ordinal));
    }
}
