using Gild.Adapters.Redshift;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Adapters.Redshift;

/// <summary>The statements that each materialization sends to Redshift, pinned without a cluster.</summary>
public sealed class MaterializationTests
{
    /// <summary>Where the catalog is asked for relations and for columns.</summary>
    const string Relations = "pg_views.definition ilike '%create materialized view%' then 'materialized_view'";
    const string Columns = "from information_schema.\"columns\"";

    static ResultTable Table(string columns, params ReadOnlySpan<Value[]> rows) =>
        new([.. columns.Split(' ').Select(c => new ResultColumn(c, ResultColumnKind.Text, "STRING"))], [.. rows]);

    static (string, ResultTable) Existing(params ReadOnlySpan<(string Name, string Type)> relations) => (Relations, Table(
        "database name schema type", [.. relations.ToArray().Select(r => (Value[])["d", r.Name, "s", r.Type])]));

    static (string, ResultTable) TwoColumns { get; } = (Columns, Table(
        "column_name data_type character_maximum_length numeric_precision numeric_scale",
        ["id", "integer", Value.None, 32, 0], ["name", "character varying", 20, Value.None, Value.None]));

    static Func<Adapter> Redshift(IReadOnlyList<(string, ResultTable)> answers, params (string, Value)[] profile) => () => new RecordingAdapter(
        RedshiftAdapter.Factory.Create(
            Rows.Output([("type", "redshift"), ("host", "h"), ("user", "u"), ("password", "p"), ("dbname", "d"), ("schema", "s"), .. profile]), Rows.Environment),
        answers);

    sealed record Case(string Name, (string Path, string Text)[] Files)
    {
        public (string, ResultTable)[] Answers { get; init; } = [];

        public (string, Value)[] Profile { get; init; } = [];

        public string Command { get; init; } = "run";

        public bool FullRefresh { get; init; }

        /// <summary>Further lines of dbt_project.yml.</summary>
        public string ProjectLines { get; init; } = "";

        public string[] Select { get; init; } = [];
    }

    static Case Model(string name, string config, params (string, ResultTable)[] answers) =>
        new(name, [("models/m.sql", $"{{{{ config({config}) }}}} select 1 as id")]) { Answers = answers };

    static readonly (string, ResultTable) s_table = Existing(("m", "table"));
    static readonly (string, ResultTable) s_materialized = Existing(("m", "materialized_view"));

    static readonly (string, ResultTable) s_snapshotColumns = ("__dbt_sbq", new ResultTable(
        [new("dbt_snapshot_time", ResultColumnKind.DateTime, "TIMESTAMP"), new("dbt_updated_at", ResultColumnKind.DateTime, "TIMESTAMP"), new("at", ResultColumnKind.DateTime, "TIMESTAMP")], []));

    static (string, ResultTable) Described(string distStyle, Value autoRefresh) => ("from svv_table_info as tables", new ResultTable(
        [new("diststyle", ResultColumnKind.Text, "STRING"), new("autorefresh", ResultColumnKind.Boolean, "BOOLEAN")], [[distStyle, autoRefresh]]));

    static readonly Case[] s_cases =
    [
        Model("table, new", "materialized='table'"),
        Model("table, in place of a table", "materialized='table', dist='id', sort=['id', 'name'], sort_type='interleaved', backup=false", s_table),
        Model("table, in place of a view, after a killed run", "materialized='table', dist='even', sort='id'",
            Existing(("m", "view"), ("m__dbt_tmp", "table"), ("m__dbt_backup", "view"))),
        Model("table, in place of a materialized view", "materialized='table', dist='auto'", s_materialized),
        Model("table, without cascade", "materialized='table', dist='all'", s_table) with { Profile = [("drop_without_cascade", true)] },
        new("table, with a contract",
            [("models/m.sql", "select 1 as id"), ("models/m.yml", """
                models:
                  - name: m
                    config: {materialized: table, contract: {enforced: true}, dist: id}
                    columns:
                      - {name: id, data_type: integer, constraints: [{type: not_null}, {type: primary_key}]}
                """)])
        {
            Answers = [("__dbt_sbq", new ResultTable([new("id", ResultColumnKind.Integer, "INTEGER")], []))],
        },
        new("table, with descriptions and grants",
            [("models/m.sql", "select 1 as id"), ("models/m.yml", """
                models:
                  - name: m
                    description: It's one
                    config: {materialized: table, persist_docs: {relation: true, columns: true}, grants: {select: [reader, 'IAMR:app']}}
                    columns: [{name: id, description: The key}]
                """)])
        {
            Answers = [TwoColumns, s_table, ("pg_user.usename as grantee", Table("grantee privilege_type", ["old", "select"], ["reader", "select"]))],
        },
        new("table, with grants to groups and roles",
            [("models/m.sql", "{{ config(materialized='table', grants={'select': ['reader', 'group:analysts', 'role:app']}) }} select 1 as id")])
        {
            Answers = [s_table, ("svv_relation_privileges", Table(
                "identity_name identity_type privilege_type", ["public", "public", "SELECT"], ["analysts", "group", "SELECT"], ["sys:monitor", "role", "SELECT"], ["old", "role", "SELECT"]))],
            ProjectLines = "flags: {redshift_grants_extended: true}\n",
        },
        Model("view, in place of a view", "materialized='view'", Existing(("m", "view"))),
        Model("view, late binding", "bind=false"),
        Model("incremental, first run", "materialized='incremental', unique_key='id', dist='id', sort='id'"),
        Model("incremental, full refresh", "materialized='incremental', unique_key='id'", s_table) with { FullRefresh = true },
        Model("incremental, append", "materialized='incremental', incremental_strategy='append'", s_table, TwoColumns),
        Model("incremental, by default with a key", "materialized='incremental', unique_key='id'", s_table, TwoColumns),
        Model("incremental, delete+insert with keys and predicates",
            "materialized='incremental', incremental_strategy='delete+insert', unique_key=['id', 'name'], incremental_predicates=['DBT_INTERNAL_DEST.id > 5']",
            s_table, TwoColumns),
        Model("incremental, delete+insert without a key", "materialized='incremental', incremental_strategy='delete+insert'", s_table, TwoColumns),
        Model("incremental, merge", "materialized='incremental', incremental_strategy='merge', unique_key=['id', 'part'], merge_exclude_columns=['id']", s_table, TwoColumns),
        Model("incremental, merge without a key", "materialized='incremental', incremental_strategy='merge'", s_table, TwoColumns),
        Model("incremental, new columns", "materialized='incremental', on_schema_change='append_new_columns'", s_table,
            ("where table_name = 'm__dbt_tmp", Table("c t s p d", ["id", "integer", Value.None, 32, 0], ["extra", "character varying", 9, Value.None, Value.None])),
            (Columns, Table("c t s p d", ["id", "integer", Value.None, 32, 0]))),
        new("incremental, microbatch", [("models/m.sql", """
            {{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', batch_size='day', begin='2024-01-01', lookback=0) }}
            select 1 as id
            """)])
        {
            Answers = [s_table, TwoColumns],
        },
        Model("materialized view, new", "materialized='materialized_view', dist='id', sort='id', auto_refresh='yes', backup=false"),
        Model("materialized view, unchanged", "materialized='materialized_view', dist='id'", s_materialized, Described("KEY(id)", false)),
        Model("materialized view, other refresh", "materialized='materialized_view', auto_refresh=true", s_materialized, Described("EVEN", false)),
        Model("materialized view, other distribution", "materialized='materialized_view', dist='all'", s_materialized, Described("EVEN", false)),
        Model("materialized view, in place of a table", "materialized='materialized_view'", s_table),
        new("snapshot, new", [("snapshots/m.sql", "{% snapshot m %}{{ config(unique_key='id', strategy='check', check_cols='all') }} select 1 as id{% endsnapshot %}")])
        {
            Command = "snapshot",
            Answers = [s_snapshotColumns],
        },
        new("snapshot, again", [("snapshots/m.sql", "{% snapshot m %}{{ config(unique_key='id', strategy='timestamp', updated_at='at') }} select 1 as id{% endsnapshot %}")])
        {
            Command = "snapshot",
            Answers = [s_table, s_snapshotColumns, (Columns, Table("c t s p d", [.. ((string[])["id", "dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"])
                .Select(c => (Value[])[c, "integer", Value.None, 32, 0])]))],
        },
        new("seed, new", [("seeds/m.csv", "id,word,at\n1,Zoë's,2024-01-01\n2,,2024-01-02\n"), ("seeds/m.yml", "seeds: [{name: m, config: {dist: id, sort: id}}]")])
        {
            Command = "seed",
        },
        new("seed, again", [("seeds/m.csv", "id,word\n1,a\n")]) { Command = "seed", Answers = [s_table] },
        new("test", [("models/m.sql", "select 1 as id"), ("models/m.yml", "models: [{name: m, columns: [{name: id, data_tests: [{unique: {config: {store_failures: true}}}]}]}]")])
        {
            Command = "test",
            Answers = [("as should_warn", new ResultTable(
                [new("failures", ResultColumnKind.Integer, "BIGINT"), new("should_warn", ResultColumnKind.Boolean, "BOOLEAN"), new("should_error", ResultColumnKind.Boolean, "BOOLEAN")],
                [[0, false, false]]))],
        },
    ];

    public static TheoryData<string> CaseNames => [.. s_cases.Select(c => c.Name)];

    static string Expected => Repository.PathOf("tests", "Gild.Tests", "Adapters", "Redshift", "statements.expected");

    static (string, ResultTable)[] Schemas { get; } = [("select nspname", Table("nspname", ["s"], ["s_dbt_test__audit"]))];

    static string StatementsOf(Case @case)
    {
        using RedshiftProject project = new([.. @case.Files, ("more.yml", "")]);
        project.Write("dbt_project.yml", project.Read("dbt_project.yml") + @case.ProjectLines);
        project.Run(0, Redshift([.. Schemas, .. @case.Answers], @case.Profile), @case.Command, o => o with
        {
            FullRefresh = @case.FullRefresh,
            Select = @case.Select,
            EventTimeStart = @case.Name.Contains("microbatch", StringComparison.Ordinal) ? "2024-02-01" : null,
            EventTimeEnd = @case.Name.Contains("microbatch", StringComparison.Ordinal) ? "2024-02-02" : null
        });
        string changes = project.Changes;
        while (changes.StartsWith("BEGIN\nROLLBACK\n", StringComparison.Ordinal))
        {
            changes = changes["BEGIN\nROLLBACK\n".Length..];
        }

        return changes;
    }

    /// <summary>The file is rewritten with GILD_UPDATE=1; what changes there is to be read.</summary>
    static Dictionary<string, string> Pinned() => File.ReadAllText(Expected).Split("-- ", StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split(" --\n", 2)).ToDictionary(part => part[0], part => part[1].TrimEnd());

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Redshift_gets_the_statements_that_are_pinned(string name)
    {
        if (Environment.GetEnvironmentVariable("GILD_UPDATE") == "1")
        {
            if (name == s_cases[0].Name)
            {
                File.WriteAllText(Expected, string.Concat(s_cases.Select(c => $"-- {c.Name} --\n{StatementsOf(c)}\n\n")));
            }

            return;
        }

        Assert.Equal(Pinned().GetValueOrDefault(name), StatementsOf(s_cases.Single(c => c.Name == name)), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Every_pinned_case_exists() => Assert.Equal(s_cases.Select(c => c.Name), Pinned().Keys);

    [Theory]
    [InlineData("materialized='table', dist=['a', 'b']", "dist must be one column")]
    [InlineData("materialized='table', sort=5", "sort must be a column or a list")]
    [InlineData("materialized='materialized_view', dist='auto'", "cannot have `dist: auto`")]
    [InlineData("materialized='materialized_view', sort='id', sort_type='interleaved'", "sorts `compound` only")]
    [InlineData("materialized='table', indexes=[{'columns': ['id']}]", "Redshift has no indexes")]
    [InlineData("materialized='incremental', incremental_strategy='insert_overwrite'", "insert_overwrite")]
    [InlineData("materialized='incremental', incremental_strategy='merge', unique_key='id', merge_exclude_columns=['id', 'name']", "leaves no column to update")]
    public void A_configuration_that_Redshift_does_not_know_is_refused_in_words(string config, string expected)
    {
        using RedshiftProject project = new(("models/m.sql", $"{{{{ config({config}) }}}} select 1 as id"));
        project.Run(1, Redshift([.. Schemas, .. (config.Contains("incremental", StringComparison.Ordinal) ? [s_table, TwoColumns] : ((string, ResultTable)[])[])]), "run");
        Assert.Contains(expected, string.Join('\n', project.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void With_datasharing_the_SHOW_commands_answer()
    {
        using RedshiftProject project = new(
            ("models/m.sql", "{{ config(materialized='table') }} select 1 as id"),
            ("macros/describe.sql", """
                {% macro describe() %}
                  {% set found = adapter.get_relation('other', 's', 'v') %}
                  {{ log('found ' ~ found ~ ' ' ~ found.type ~ ' ' ~ adapter.get_columns_in_relation(found) | map(attribute='data_type') | join(','), info=true) }}
                  {{ log('schema ' ~ adapter.check_schema_exists('other', 's'), info=true) }}
                {% endmacro %}
                """));
        (string, ResultTable)[] answers =
        [
            ("show tables from schema", Table("database_name schema_name table_name table_type table_subtype", ["other", "s", "v", "VIEW", "MATERIALIZED VIEW"], ["other", "s", "t", "TABLE", Value.None])),
            ("show columns from table", Table("column_name data_type character_maximum_length numeric_precision numeric_scale",
                ["a", "character varying", 7, Value.None, Value.None], ["pg.dropped.2", "integer", Value.None, Value.None, Value.None])),
            ("show schemas from database", Table("database_name schema_name", ["other", "s"])),
        ];
        project.Run(0, Redshift(answers, ("datasharing", true)), "run-operation", o => o with { Macro = "describe" });
        Assert.Contains("found \"other\".\"s\".\"v\" materialized_view character varying(7)", project.Said);
        Assert.Contains("schema True", project.Said);
        project.Run(0, Redshift(answers, ("datasharing", true)), "run");
        Assert.Contains("show tables from schema \"d\".\"s\"", string.Join('\n', project.Sent), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dbt.listagg('a', \"','\", 'order by b')", "listagg(a, ',') within group (order by b)")]
    [InlineData("dbt.listagg('a', \"'|'\", none, 3)", @"regexp_substr(listagg(a, '|'), '([^\\|]+\\|){1,2}[^\\|]+')")]
    [InlineData("dbt.dateadd('day', 1, 'x')", "dateadd(day, 1, x)")]
    [InlineData("dbt.datediff('x', 'y', 'week')", "datediff(week, x, y)")]
    [InlineData("dbt.last_day('x', 'month')", "cast(dateadd(day, -1, dateadd(month, 1, date_trunc('month', x))) as date)")]
    [InlineData("dbt.length('x')", "len(x)")]
    [InlineData("dbt.current_timestamp()", "getdate()")]
    [InlineData("dbt.cast_bool_to_text('x')", "case when x is true then 'true' when x is false then 'false' end::text")]
    [InlineData("dbt.array_append('x', '3')", "array_concat(x, array(3))")]
    [InlineData("dbt.split_part('x', \"','\", -1)", "split_part(x, ',', length(x) - length(replace(x, ',', '')) + 2 + -1)")]
    [InlineData("dbt.bool_or('x')", "bool_or(x)")]
    [InlineData("dbt.hash('x')", "md5(cast(x as TEXT))")]
    [InlineData("dbt.concat(['a', 'b', 'c'])", "a || b || c")]
    [InlineData("dbt.safe_cast('x', 'int')", "cast(x as int)")]
    [InlineData("dbt.type_string() ~ dbt.type_timestamp() ~ dbt.type_int() ~ dbt.type_float() ~ dbt.type_boolean() ~ dbt.type_numeric()", "TEXTTIMESTAMPINTFLOATBOOLEANnumeric(28,6)")]
    [InlineData("dbt.any_value('x')", "min(x)")]
    [InlineData("dbt.right('x', 2)", "right(x, 2)")]
    [InlineData("dbt.position('a', 'x')", "position(a in x)")]
    public void Macros_of_all_warehouses_give_Redshifts_SQL(string call, string expected)
    {
        using RedshiftProject project = new(("models/m.sql", $"{{{{ {call} }}}}"));
        project.Run(0, Redshift(Schemas), "compile");
        string compiled = project.Read("target/compiled/shop/models/m.sql");
        Assert.Equal(expected, string.Join(' ', compiled.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
            .Replace("( ", "(", StringComparison.Ordinal).Replace(" )", ")", StringComparison.Ordinal).Replace(" ,", ",", StringComparison.Ordinal));
    }
}
