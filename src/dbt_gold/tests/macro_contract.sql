{#- Each project macro against literals; the same on every engine. #}
with checks as (
    select 'surrogate_key' as macro_name, {{ surrogate_key(["'4309283977'", "'linkedin'"]) }} as actual, '10c526617bacb31b4b5b0543cfe10d87' as expected
    union all select 'surrogate_key of NULL', {{ surrogate_key(['cast(null as varchar(10))', "'a'"]) }}, 'dcda3731bbd686e286852d0931d06608'
    union all select 'surrogate_key of a date', {{ surrogate_key(["cast('2025-12-18' as date)"]) }}, md5('2025-12-18')
    union all select 'surrogate_key of accents', {{ surrogate_key(["'São'"]) }}, '{{ local_md5("São") }}'
    union all select 'norm_code level', {{ norm_code("'Mid-Senior level'") }}, 'mid_senior_level'
    union all select 'norm_code blanks', {{ norm_code("' Full-time'") }}, 'full_time'
    union all select 'norm_code upper', {{ norm_code("'BACHELORS'") }}, 'bachelors'
    union all select 'norm_term', {{ norm_term("'AWS Certified - Solutions Architect (SAA)'") }}, 'aws certified solutions architect saa'
    union all select 'norm_skill', {{ norm_skill("'  Apache  Spark '") }}, 'apache spark'
    union all select 'part', {{ part("'a, b'", ',', 2) }}, 'b'
    union all select 'part missing', coalesce({{ part("'a'", ',', 2) }}, '<null>'), '<null>'
    union all select 'part_count', cast({{ part_count("'a, b, c'", ', ') }} as varchar(10)), '3'
    union all select 'byte_length', cast({{ byte_length("'São'") }} as varchar(10)), '4'
    union all select 'date_key', cast({{ date_key("cast('2025-12-18 14:30:00' as timestamp)") }} as varchar(10)), '20251218'
    union all select 'time_key', cast({{ time_key("cast('2025-12-18 14:30:00' as timestamp)") }} as varchar(10)), '1430'
    union all select 'hours_between', cast({{ hours_between("cast('2025-12-18 10:59:00' as timestamp)", "cast('2025-12-18 12:01:00' as timestamp)") }} as varchar(10)), '1'
    union all select 'try_cast_to text', coalesce(cast({{ try_cast_to("'x'", 'int') }} as varchar(10)), '<null>'), '<null>'
    union all select 'try_cast_to number', cast({{ try_cast_to("' 12 '", 'int') }} as varchar(10)), '12'
    union all select 'as_decimal', cast({{ as_decimal('cast(2.345678 as double precision)', 12, 2) }} as varchar(20)), '2.35'
    union all select 'as_decimal of a tie', cast({{ as_decimal('cast(0.735 as double precision)', 3, 2) }} as varchar(20)), '0.74'
    union all select 'within_range', coalesce(cast({{ within_range('7', 0, 5, 'int') }} as varchar(10)), '<null>'), '<null>'
),

{#- Redshift sorts for a percentile only where some table is read. #}
amounts as (
    select (hour_24 + 1) * 10 as amount from {{ ref('dim_time') }} where time_key in (0, 100, 200, 300)
),

items as (
    {{ unnest_array(array_fixture(), 'items', 't.job_posting_id') }}
),

lengths as (
    select
        t.job_posting_id,
        {{ array_length('t', 'items') }} as item_count,
        case when {{ array_contains('t', 'items', 'b') }} then 'true' else 'false' end as has_b
    from {{ array_fixture() }} as t
),

expected_lengths as (
    select 1 as job_posting_id, 2 as item_count, 'true' as has_b
    union all select 2, 0, 'false'
    union all select 3, 0, 'false'
    union all select 4, 1, 'false'
)

select macro_name, actual, expected
from checks
where actual <> expected or actual is null
union all
select 'percentile', cast(median as varchar(20)), '25'
from (select {{ percentile(0.5, 'amount') }} as median from amounts) as computed
where median <> 25
union all
select 'unnest_array', cast(item_count as varchar(20)), '3'
from (select count(*) as item_count from items) as counted
where item_count <> 3
union all
select 'array_length, array_contains', cast(l.item_count as varchar(20)), cast(e.item_count as varchar(20))
from lengths as l
inner join expected_lengths as e on e.job_posting_id = l.job_posting_id
where l.item_count <> e.item_count or l.has_b <> e.has_b
