{#- The columns that name one Silver row, over the alias t of the source. Items of an array and the winning row of
    staging meet on exactly these values, so both sides must come from here. -#}
{% macro linkedin_version() -%}
cast(t.job_posting_id as varchar(40)) as job_posting_id,
    cast(coalesce(nullif(trim(t.source_system), ''), 'linkedin') as varchar(20)) as source_system,
    {{ to_utc('t.scraped_at') }} as scraped_at
{%- endmacro %}

{% macro ai_version() -%}
cast(t.job_posting_id as varchar(40)) as job_posting_id,
    cast(coalesce(nullif(trim(t.source_system), ''), 'linkedin') as varchar(20)) as source_system,
    cast(coalesce(t.model_id, '') as varchar(200)) as model_id,
    coalesce({{ to_utc('t.ingestion_timestamp') }}, {{ to_utc('t.enriched_at') }}) as ai_loaded_at
{%- endmacro %}

{#- One row per item of an array column of ai_enrichment; postings as in unnest_array. -#}
{% macro ai_items(column, postings=none) -%}
{{ unnest_array(source('silver_ai', 'ai_enrichment'), column, ai_version(), postings) }}
{%- endmacro %}
