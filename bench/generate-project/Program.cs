// Writes a dbt project of a given number of models: layers, tests on every model, macros, one model in ten incremental.
// Usage: generate-project MODELS FOLDER
using System.Globalization;
using System.Text;

if (args.Length != 2 || !int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out int models) || models < 10)
{
    Console.Error.WriteLine("usage: generate-project MODELS FOLDER   (MODELS is 10 or more)");
    return 2;
}

string root = args[1];
Directory.CreateDirectory(Path.Combine(root, "macros"));
Write("dbt_project.yml", """
    name: generated
    version: '1.0'
    profile: generated
    models:
      generated:
        +materialized: view
        marts:
          +materialized: table
          +tags: [mart]
    """);
Write("profiles.yml", """
    generated:
      target: dev
      outputs:
        dev: {type: duckdb, path: 'generated.duckdb', schema: main, threads: 4}
        pg:
          type: postgres
          host: "{{ env_var('PGHOST', '127.0.0.1') }}"
          port: "{{ env_var('PGPORT', '5432') | int }}"
          user: "{{ env_var('PGUSER', 'postgres') }}"
          password: "{{ env_var('PGPASSWORD', '') }}"
          dbname: "{{ env_var('PGDATABASE', 'postgres') }}"
          schema: generated
          threads: 4
    """);
Write("macros/keys.sql", """
    {% macro surrogate(fields) -%}
    md5({% for f in fields %}coalesce(cast({{ f }} as varchar), '-'){% if not loop.last %} || '|' || {% endif %}{% endfor %})
    {%- endmacro %}

    {% macro cents_to_units(column, digits=2) %}round({{ column }} / 100.0, {{ digits }}){% endmacro %}

    {% macro columns(names, prefix) %}
      {%- for name in names %}
        {{ prefix }}.{{ name }}{{ "," if not loop.last }}
      {%- endfor %}
    {% endmacro %}
    """);

int staging = models * 4 / 10;
int intermediate = models * 4 / 10;
int marts = models - staging - intermediate;
for (int i = 0; i < staging; i++)
{
    Model("staging", $"stg_{i}", $$$"""
        {{ config(tags=['staging', 'area_{{{i % 7}}}']) }}
        -- One source table, renamed and typed.
        with raw as (
            select {{{i}}} * 1000 + n as id, n % 10 as grp, n * 37 % 1000 as cents
            from (select 1 as n union all select 2 union all select 3 union all select 4) as numbers
        )
        select
            id,
            grp,
            {{ cents_to_units('cents') }} as amount,
            {{ surrogate(['id', 'grp']) }} as row_key
        from raw
        """);
}

for (int i = 0; i < intermediate; i++)
{
    int left = i % staging;
    int right = (i * 7 + 3) % staging;
    string config = i % 4 == 0
        ? "{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert') }}"
        : "{{ config(materialized='view') }}";
    Model("intermediate", $"int_{i}", $$$"""
        {{{config}}}
        with a as (select * from {{ ref('stg_{{{left}}}') }}),
        b as (select * from {{ ref('stg_{{{right}}}') }})
        select
            a.id,
            a.grp,
            {% for measure in ['amount'] %}
            sum(a.{{ measure }}) + coalesce(sum(b.{{ measure }}), 0) as {{ measure }},
            {% endfor %}
            {{ surrogate(['a.id', 'a.grp', "'{{{i}}}'"]) }} as row_key
        from a
        left join b on b.grp = a.grp
        {% if is_incremental() %}
        where a.id > (select coalesce(max(id), 0) from {{ this }})
        {% endif %}
        group by 1, 2
        """);
}

for (int i = 0; i < marts; i++)
{
    int one = i % intermediate;
    int two = (i * 13 + 5) % intermediate;
    Model("marts", $"mart_{i}", $$$"""
        select
            {{ columns(['id', 'grp', 'amount', 'row_key'], 'x') }},
            count(*) over () as rows_seen,
            '{{ target.name }}' as built_for
        from {{ ref('int_{{{one}}}') }} as x
        union all
        select
            {{ columns(['id', 'grp', 'amount', 'row_key'], 'y') }}, 0, '{{ var("marker", "none") }}'
        from {{ ref('int_{{{two}}}') }} as y
        where y.id < 0
        """);
}

Properties("staging", "stg_", staging);
Properties("intermediate", "int_", intermediate);
Properties("marts", "mart_", marts);
return 0;

void Model(string layer, string name, string sql) => Write($"models/{layer}/{name}.sql", sql);

// One property file for fifty models, as teams keep them by folder.
void Properties(string layer, string prefix, int count)
{
    for (int start = 0; start < count; start += 50)
    {
        StringBuilder yaml = new("version: 2\n\nmodels:\n");
        for (int i = start; i < Math.Min(start + 50, count); i++)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"""
                  - name: {prefix}{i}
                    description: Generated model number {i} of layer {layer}.
                    columns:
                      - name: id
                        description: Identifier.
                        data_tests: [not_null, unique]
                      - name: grp
                        description: Group.
                        data_tests:
                          - accepted_values:
                              arguments:
                                values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
                                quote: false
                      - name: amount
                        description: Amount in currency units.

                """);
        }

        Write($"models/{layer}/{prefix}{start}.yml", yaml.ToString());
    }
}

void Write(string path, string text)
{
    string full = Path.Combine(root, path);
    Directory.CreateDirectory(Path.GetDirectoryName(full)!);
    File.WriteAllText(full, text.TrimEnd() + "\n");
}
