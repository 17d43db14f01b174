{#- At most one rate per currency and day. #}
select a.currency_code, a.valid_from, b.valid_from as other_valid_from
from {{ ref('map_fx_rate') }} as a
inner join {{ ref('map_fx_rate') }} as b
    on b.currency_code = a.currency_code and b.valid_from > a.valid_from and b.valid_from <= a.valid_to
union all
select currency_code, valid_from, valid_to
from {{ ref('map_fx_rate') }}
where valid_from > valid_to
