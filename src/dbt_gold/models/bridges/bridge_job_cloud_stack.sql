{{ config(tags=['bridge_group_a'], dist='job_posting_key') }}

{#- The primary cloud is a code of the AI row, the secondary ones are an array; a posting that names neither keeps Not Mentioned (7). #}
with {{ bridge_pending('ai.inf_primary_cloud_confidence') }},

secondary as (
    select ai.job_posting_id, ai.source_system, ai.inf_primary_cloud, ai.inf_secondary_clouds_confidence
    from winning_ai as ai
),

all_items as (
    {{ pending_items('inf_secondary_clouds') }}
),

{{ bridge_coded() }},

clouds as (
    select p.job_posting_key, s.inf_primary_cloud as item, s.inf_primary_cloud as code, 1 as is_primary
    from pending as p
    inner join secondary as s on s.job_posting_id = p.job_posting_id and s.source_system = p.source_system
    where s.inf_primary_cloud <> 'not_mentioned'
    union all
    select job_posting_key, item, code, 0
    from coded
),

members as (
    select
        c.job_posting_key,
        coalesce(d.cloud_platform_key, -1) as member_key,
        max(c.is_primary) as is_primary,
        count(distinct c.item) as item_count
    from clouds as c
    left join {{ ref('dim_cloud_platform') }} as d on d.source_code = c.code and d.cloud_platform_key > 0
    group by c.job_posting_key, coalesce(d.cloud_platform_key, -1)
)

select
    cast({{ surrogate_key(['p.job_posting_key', 'coalesce(m.member_key, 7)']) }} as varchar(32)) as bridge_key,
    cast(p.job_posting_key as varchar(32)) as job_posting_key,
    cast(p.job_posting_id as varchar(40)) as job_posting_id,
    cast(coalesce(m.member_key, 7) as int) as cloud_platform_key,
    case when m.is_primary = 1 then true else false end as is_primary,
    cast(coalesce(m.item_count, 0) as int) as item_count,
    {{ as_decimal('case when m.is_primary = 0 then s.inf_secondary_clouds_confidence else p.confidence_score end', 3, 2) }} as confidence_score,
    cast(p.ai_loaded_at as timestamp) as ai_loaded_at,
    {{ run_ts() }} as dbt_updated_at
from pending as p
inner join secondary as s on s.job_posting_id = p.job_posting_id and s.source_system = p.source_system
left join members as m on m.job_posting_key = p.job_posting_key
