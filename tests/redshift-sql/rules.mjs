/**
 * What parses as SQL and yet fails, or gives other rows, on Redshift. A rule has a name, a reason, and a function from a statement
 * to the offending texts; `bad` and `good` are its examples, which the tests run.
 */

const call = (...names) => statement => statement.matches(new RegExp(`(?<![\\w."])(?:${names.join('|')})\\s*\\(`, 'g'));
const text = pattern => statement => statement.matches(pattern);
const selects = statement => statement.nodes('select');
const keyOf = node => JSON.stringify(node, (key, value) => (key === 'span' || key.endsWith('comments') ? undefined : value));
const label = node => keyOf(node).match(/"name":"([^"]+)"/)?.[1] ?? 'expression';
const SORTING = new Set(['percentile_cont', 'percentile_disc', 'median', 'listagg', 'list_agg', 'approximate_percentile_disc']);
const TEXT_TYPES = new Set(['var_char', 'text', 'char', 'string', 'nvarchar']);
const isTextType = type => TEXT_TYPES.has(type?.data_type) || /^(n?varchar|character varying)$/i.test(type?.name ?? '');

/** Sources of a SELECT: what its FROM and its joins name. */
const sources = select => [...(select.from?.expressions ?? []), ...(select.joins ?? []).map(j => j.this)];

/** Aggregates of a SELECT's own list and HAVING that sort their input, sub-queries left out. */
function own(statement, select, types) {
  const parts = [select.expressions, select.having, select.qualify];
  return types.flatMap(type => statement.nodes(type, parts).filter(f => !f.ancestors.some(a => a.type === 'select' || a.type === 'subquery')));
}

function sortingAggregates(statement, select) {
  const within = own(statement, select, ['within_group'])
    .map(f => ({ name: (f.node.this.aggregate_function?.name ?? f.node.this.function?.name ?? Object.keys(f.node.this)[0]).toLowerCase(), order: keyOf(f.node.order_by) }))
    .filter(a => SORTING.has(a.name));
  const medians = own(statement, select, ['median']).map(f => ({ name: 'median', order: keyOf([{ this: f.node.this }]) }));
  return [...within, ...medians].map(a => ({ ...a, order: a.order.replace(/,"(?:desc|nulls_first|explicit_asc|with_fill)":[^,}]+/g, '') }));
}

/** Names a query reads that no CTE or alias of it defines. A reference such as t.items, where t is an alias, navigates and is none. */
function tablesRead(statement, root) {
  const ctes = new Set(statement.nodes('with', [root, statement.ast]).flatMap(w => w.node.ctes.map(c => c.alias.name.toLowerCase())));
  const aliases = new Set(statement.tables([root]).map(t => t.node.alias?.name.toLowerCase()).filter(Boolean));
  const bodies = new Map(statement.nodes('with').flatMap(w => w.node.ctes.map(c => [c.alias.name.toLowerCase(), c.this])));
  const seen = new Set();
  const read = [];
  const visit = node => {
    for (const { node: table } of statement.tables([node])) {
      const name = table.name.name.toLowerCase();
      const schema = table.schema?.name.toLowerCase();
      if (schema ? aliases.has(schema) : ctes.has(name)) {
        if (!schema && !seen.has(name)) {
          seen.add(name);
          visit(bodies.get(name));
        }
        continue;
      }
      read.push(schema ? `${schema}.${name}` : name);
    }
  };
  visit(root);
  return read;
}

const isCatalog = name => /^(information_schema|pg_catalog)\.|^(pg_|svv_|stv_|svl_|stl_)/.test(name);

/** Columns of the external tables that a SELECT names in its FROM, by alias. */
function externalAliases(statement, select) {
  return new Set(sources(select).filter(s => s?.table && statement.external.has(s.table.schema?.name.toLowerCase()))
    .map(s => (s.table.alias?.name ?? s.table.name.name).toLowerCase()));
}

/** The FROM item t.items of a SELECT, where items is a nested column. */
const navigations = (statement, select) => sources(select).filter(s => s?.table && s.table.schema && statement.arrays.has(s.table.name.name.toLowerCase())
  && !statement.external.has(s.table.schema.name.toLowerCase()));

export const rules = [
  {
    name: 'parses', why: 'the Redshift dialect of the parser reads the statement',
    find: s => (s.error ? [s.error] : []),
    bad: ['select a from where', 'selct 1', "create external schema s from glue database 'd'"],
    good: [
      'select a from t', "create external schema if not exists \"s\" from data catalog database 'd' iam_role default",
      "alter table s.t add if not exists partition (year='2026', n=1) location 's3://b/t/' partition (year='2027', n=1) location 's3://b/u/'",
    ],
  },
  {
    name: 'add-partition-100', why: 'ALTER TABLE ... ADD takes at most 100 partitions',
    find: s => (s.matches(/\blocation\s+'/g).length > 100 && /^\s*alter\s+table\b/m.test(s.code) ? ['partitions'] : []),
    bad: [`alter table s.t add${" partition (n=1) location 's3://b/t/'".repeat(101)}`], good: ["alter table s.t add partition (n=1) location 's3://b/t/'"],
  },
  // Functions that Redshift lacks, or has on the leader node alone.
  { name: 'no-concat-ws', why: 'does not exist', find: call('concat_ws'), bad: ["select concat_ws('|', a, b) from t"], good: ["select a || '|' || b from t"] },
  {
    name: 'concat-takes-two', why: 'concat() has exactly two arguments',
    find: s => s.nodes('function').filter(f => f.node.name.toLowerCase() === 'concat' && f.node.args.length !== 2).map(() => 'concat'),

    bad: ["select concat(a, b, c) from t"], good: ['select concat(a, b) from t', 'select a || b || c from t'],
  },
  { name: 'no-string-agg', why: 'does not exist: listagg', find: call('string_agg', 'group_concat'), bad: ["select string_agg(a, ',') from t"], good: ["select listagg(a, ',') within group (order by a) from t"] },
  { name: 'no-array-agg', why: 'does not exist', find: call('array_agg', 'list', 'json_agg', 'jsonb_agg'), bad: ['select array_agg(a) from t'], good: ['select max(a) from t'] },
  { name: 'no-format', why: 'does not exist', find: call('format'), bad: ["select format('%s', a) from t"], good: ["select 'x' || a from t"] },
  {
    name: 'no-regexp-split', why: 'does not exist: regexp_substr, split_part', find: call('regexp_matches', 'regexp_match', 'regexp_split_to_table', 'regexp_split_to_array', 'string_to_array', 'string_split'),
    bad: ["select regexp_matches(a, 'x') from t", "select string_to_array(a, ',') from t"], good: ["select regexp_substr(a, 'x'), split_part(a, ',', 1) from t"],
  },
  { name: 'no-generate-series', why: 'runs on the leader node alone, never beside user tables', find: call('generate_series', 'range'), bad: ['select n from generate_series(1, 9) as g(n)'], good: ['select date_key from gold.dim_date'] },
  {
    name: 'no-now', why: 'leader node alone, and with a zone: getdate(), or one literal for the run',
    find: text(/(?<![\w."])(?:(?:now|age|clock_timestamp|statement_timestamp|transaction_timestamp|pg_sleep)\s*\(|current_timestamp\b|localtimestamp\b)/g),
    bad: ['select now() from t', 'select current_timestamp from t', 'select age(a, b) from t'], good: ['select getdate() from t', "select 'now()' from t"],
  },
  {
    name: 'no-array-functions-of-others', why: 'arrays of Spectrum are navigated, and those of SUPER have functions of their own',
    find: call('unnest', 'cardinality', 'array_length', 'array_to_string', 'list_contains', 'list_value', 'len_list', 'array_position'),
    bad: ['select x from t, unnest(t.items) as u(x)', 'select cardinality(items) from t'], good: ['select x from s.t as t, t.items as x', 'select get_array_length(items) from t'],
  },
  {
    name: 'no-functions-of-others', why: 'DuckDB or PostgreSQL alone has it',
    find: call('strftime', 'isodow', 'make_date', 'make_timestamp', 'to_json', 'row_to_json', 'gen_random_uuid', 'uuid', 'date_diff', 'epoch', 'date_bin', 'arg_max', 'arg_min', 'first', 'last', 'quantile_cont', 'num_nonnulls', 'encode', 'starts_with', 'contains'),
    bad: ["select strftime(a, '%Y') from t", "select date_diff('day', a, b) from t"], good: ["select to_char(a, 'YYYY'), datediff(day, a, b) from t"],
  },
  // Syntax.
  { name: 'no-is-distinct-from', why: 'unsupported: a = b or (a is null and b is null)', find: text(/\bis\s+(?:not\s+)?distinct\s+from\b/g), bad: ['select 1 from t where a is distinct from b'], good: ['select 1 from t where a <> b or a is null'] },
  { name: 'no-filter-clause', why: 'unsupported: sum(case when ...)', find: text(/\bfilter\s*\(\s*where\b/g), bad: ['select count(*) filter (where a) from t'], good: ['select sum(case when a then 1 else 0 end) from t'] },
  { name: 'no-lateral', why: 'unsupported', find: text(/\blateral\b/g), bad: ['select * from t, lateral (select 1) as z'], good: ['select * from t cross join z'] },
  { name: 'no-distinct-on', why: 'unsupported: row_number()', find: text(/\bdistinct\s+on\b/g), bad: ['select distinct on (a) a, b from t'], good: ['select distinct a, b from t'] },
  { name: 'no-on-conflict', why: 'unsupported: merge, or delete and insert', find: text(/\bon\s+conflict\b/g), bad: ['insert into t (a) select 1 on conflict do nothing'], good: ['insert into t (a) select 1'] },
  { name: 'no-group-by-all', why: 'columns are listed', find: text(/\b(?:group|order)\s+by\s+all\b/g), bad: ['select a, count(*) from t group by all'], good: ['select a, count(*) from t group by 1'] },
  { name: 'no-array-literal', why: 'array[...] is PostgreSQL; Redshift has array()', find: text(/\barray\s*\[/g), bad: ["select array['a']"], good: ["select array('a')"] },
  { name: 'no-index', why: 'there are no indexes', find: text(/\bcreate\s+(?:unique\s+)?index\b/g), bad: ['create index i on t (a)'], good: ['create table t (a int) sortkey (a)'] },
  { name: 'no-check-constraint', why: 'unsupported', find: text(/\bcheck\s*\(/g), bad: ['create table t (a int, check (a > 0))'], good: ['create table t (a int not null)'] },
  { name: 'no-savepoint', why: 'unsupported', find: text(/\b(?:savepoint|rollback\s+to)\b/g), bad: ['savepoint s'], good: ['rollback'] },
  { name: 'no-commit-in-passing', why: 'commits at once (truncate) or is refused in a transaction (vacuum)', find: text(/^\s*(?:truncate|vacuum)\b/g), bad: ['truncate table t', 'vacuum t'], good: ['delete from t'] },
  {
    name: 'limit-integer', why: 'LIMIT takes a number or ALL, no expression',
    find: s => s.nodes('limit').filter(l => l.node.this && l.node.this.literal?.literal_type !== 'number' && !/all/i.test(keyOf(l.node.this))).map(l => `limit ${label(l.node)}`),
    bad: ['select a from t limit (1 + 1)', 'select a from t limit (select 1)'], good: ['select a from t limit 5'],
  },
  {
    name: 'qualify-alias', why: 'the FROM item directly before QUALIFY needs an alias',
    find: s => selects(s).filter(q => q.node.qualify && !q.node.where_clause && !q.node.group_by && !q.node.having)
      .map(q => sources(q.node).at(-1)).filter(item => item?.table && !item.table.alias).map(item => item.table.name.name),
    bad: ['select a from t qualify row_number() over (partition by a order by b) = 1'], good: ['select a from t as x qualify row_number() over (partition by a order by b) = 1', 'select a from t where b > 0 qualify row_number() over (order by b) = 1'],
  },
  {
    name: 'recursive-column-list', why: 'WITH RECURSIVE needs the list of columns',
    find: s => s.nodes('with').filter(w => w.node.recursive).flatMap(w => w.node.ctes.filter(c => !(c.columns ?? []).length && JSON.stringify(c.this).includes('"union"')).map(c => c.alias.name)),
    bad: ['with recursive r as (select 1 as a union all select a + 1 from r where a < 5) select a from r'], good: ['with recursive r (a) as (select 1 union all select a + 1 from r where a < 5) select a from r'],
  },
  {
    name: 'merge-source-table', why: 'the source of MERGE is a table',
    find: s => s.nodes('merge').filter(m => !m.node.using?.table).map(() => 'using (query)'),
    bad: ['merge into a using (select 1 as x) as s on a.x = s.x when matched then update set y = 1 when not matched then insert values (1)'],
    good: ['merge into a using s on a.x = s.x when matched then update set y = s.y when not matched then insert values (s.x)'],
  },
  {
    name: 'name-length', why: 'names have at most 127 bytes',
    find: s => [...s.code.matchAll(/"([^"]*)"|\b(\w{64,})\b/g)].map(m => m[1] ?? m[2]).filter(n => Buffer.byteLength(n) > 127),
    bad: [`select 1 as ${'a'.repeat(128)}`], good: [`select 1 as ${'a'.repeat(127)}`, `select '${'a'.repeat(128)}'`],
  },
  { name: 'statement-size', why: 'a statement has at most 16 MB', find: s => (Buffer.byteLength(s.sql) > 16e6 ? ['statement'] : []), bad: [`select '${'a'.repeat(16e6)}'`], good: [`select '${'a'.repeat(1000)}'`] },
  // Texts and booleans.
  {
    name: 'no-short-text', why: 'VARCHAR and TEXT without a length hold 256 bytes, and a cast cuts without a word',
    find: s => s.nodes('cast').filter(c => isTextType(c.node.to) && c.node.to.data_type !== 'char' && c.node.to.length == null && !insideHash(c)
      && !isShortCase(c.node.this)).map(c => `cast(${label(c.node.this)} as varchar)`),
    bad: ['select cast(a as varchar) from t', 'select a::text from t'], good: ['select cast(a as varchar(65535)) from t', "select case when a then 'true' end::text from t"],
  },
  {
    name: 'no-text-cast-in-hash', why: 'a hash over a text cast without a length sees 256 bytes only',
    find: s => s.nodes('cast').filter(c => isTextType(c.node.to) && c.node.to.length == null && insideHash(c)).map(c => `md5(${label(c.node.this)})`),
    bad: ['select md5(cast(a as text)) from t', "select md5(coalesce(cast(a as varchar), '')) from t"], good: ['select md5(cast(a as varchar(2000))) from t'],
  },
  {
    name: 'no-boolean-cast-text', why: 'there is no cast from BOOLEAN to text: case when ... then ... end',
    find: s => s.nodes('cast').filter(c => isTextType(c.node.to) && isBoolean(c.node.this)).map(c => `cast(${label(c.node.this)} as text)`),
    bad: ['select cast(a = b as varchar(5)) from t', 'select cast(is_active as varchar(5)) from t', 'select cast(true as varchar(5))'],
    good: ["select case when is_active then 'true' else 'false' end from t", 'select cast(a as varchar(5)) from t'],
  },
  {
    name: 'no-sum-of-boolean', why: 'booleans are no numbers: sum(case when ... then 1 else 0 end)',
    find: s => ['sum', 'avg'].flatMap(f => s.nodes(f).filter(x => isBoolean(x.node.this)).map(() => `${f}(boolean)`)),
    bad: ['select sum(a = b) from t'], good: ['select sum(case when a = b then 1 else 0 end) from t'],
  },
  // Aggregates that sort.
  {
    name: 'one-order-by-per-percentile-block', why: 'all sorting aggregates of one query block share one ORDER BY',
    find: s => selects(s).filter(q => new Set(sortingAggregates(s, q.node).map(a => a.order)).size > 1).map(q => sortingAggregates(s, q.node).map(a => a.name).join(', ')),
    bad: ['select percentile_cont(0.5) within group (order by a), percentile_cont(0.5) within group (order by b) from t', 'select median(a), median(b) from t'],
    good: ['select percentile_cont(0.1) within group (order by a), percentile_cont(0.9) within group (order by a) from t', 'select median(a) from t union all select median(b) from t'],
  },
  {
    name: 'no-distinct-beside-percentile', why: 'sorting aggregates do not mix with DISTINCT aggregates',
    find: s => selects(s).filter(q => sortingAggregates(s, q.node).length > 0 && own(s, q.node, ['count', 'sum', 'avg', 'list_agg']).some(a => a.node.distinct)
      && !(sortingAggregates(s, q.node).length === 1 && own(s, q.node, ['list_agg']).some(a => a.node.distinct) && !own(s, q.node, ['count', 'sum', 'avg']).some(a => a.node.distinct)))
      .map(q => sortingAggregates(s, q.node).map(a => a.name).join(', ')),
    bad: ["select listagg(a, ',') within group (order by a), count(distinct b) from t", 'select median(a), count(distinct b) from t'],
    good: ["select listagg(a, ',') within group (order by a), count(b) from t", "select listagg(distinct a, ',') within group (order by a) from t"],
  },
  {
    name: 'listagg-needs-user-table', why: 'sorting aggregates run on compute nodes: some user table must be read',
    find: s => selects(s).filter(q => sortingAggregates(s, q.node).length > 0 && tablesRead(s, { select: q.node }).every(isCatalog)).map(q => sortingAggregates(s, q.node)[0].name),
    bad: ["select listagg(a, ',') within group (order by a) from (select 'x' as a) as t", "with v as (select 1 as a) select percentile_cont(0.5) within group (order by a) from v"],
    good: ["select listagg(a, ',') within group (order by a) from gold.dim_time", 'with v as (select a from gold.t) select median(a) from v'],
  },
  {
    name: 'no-catalog-beside-user-tables', why: 'the catalog lives on the leader node and does not join with user tables',
    find: s => s.ast.filter(root => { const read = tablesRead(s, root); return read.some(isCatalog) && read.some(n => !isCatalog(n)); }).map(root => tablesRead(s, root).filter(isCatalog)[0]),
    bad: ['select 1 from information_schema.tables as i join gold.t on t.name = i.table_name'], good: ["select 1 from information_schema.tables where table_schema = 'gold'"],
  },
  {
    name: 'no-exists-under-or', why: 'a correlated EXISTS or IN under OR is a sub-query pattern Redshift refuses',
    find: s => s.nodes('exists').filter(e => e.ancestors.some(a => a.type === 'or')).map(() => 'exists under or'),
    bad: ['select 1 from t where t.a = 1 or exists (select 1 from u where u.a = t.a)'], good: ['select 1 from t where t.a = 1 and exists (select 1 from u where u.a = t.a)'],
  },
  // Nested columns of external tables.
  {
    name: 'no-array-through-subquery', why: 'Spectrum gives scalars alone: a nested column is no result column and no argument, it is navigated in FROM',
    find: s => selects(s).flatMap(q => {
      const aliases = externalAliases(s, q.node);
      return aliases.size === 0 ? [] : own(s, q.node, ['column']).filter(c => s.arrays.has(c.node.name.name.toLowerCase())
        && (!c.node.table || aliases.has(c.node.table.name.toLowerCase()))).map(c => c.node.name.name);
    }),
    bad: ['select t.items from silver_ai.ai as t', 'with r as (select t.items, t.id from silver_ai.ai as t) select id from r', 'select len(t.items) from silver_ai.ai as t'],
    good: ['select t.id, x from silver_ai.ai as t, t.items as x', 'select t.id, (select count(*) from t.items as x) as n from silver_ai.ai as t', 'select items from gold.t'],
  },
  {
    name: 'no-star-of-external', why: 'SELECT * of an external table takes its nested columns along',
    find: s => selects(s).filter(q => externalAliases(s, q.node).size > 0 && (q.node.expressions ?? []).some(e => e.star && (!e.star.table || externalAliases(s, q.node).has(e.star.table.name.toLowerCase()))))
      .map(q => [...externalAliases(s, q.node)].join(', ')),
    bad: ['select * from silver_ai.ai', 'select t.* from silver_ai.ai as t'], good: ['select count(*) from silver_ai.ai', 'select * from gold.t'],
  },
  {
    name: 'navigation-alone-in-from', why: 'a FROM that navigates into a nested column names no other table',
    find: s => selects(s).filter(q => navigations(s, q.node).length > 0 && sources(q.node).length > (navigations(s, q.node).some(n => sources(q.node).some(o => o?.table && (o.table.alias?.name ?? o.table.name.name) === n.table.schema.name)) ? 2 : 1))
      .map(q => navigations(s, q.node)[0].table.name.name),
    bad: ['select t.id, x from silver_ai.ai as t, t.items as x, gold.f as f', 'select t.id, x from silver_ai.ai as t, t.items as x inner join gold.f on f.id = t.id', 'select (select count(*) from t.items as x, gold.f) from silver_ai.ai as t'],
    good: ['select t.id, x from silver_ai.ai as t, t.items as x', 'with i as (select t.id, x from silver_ai.ai as t, t.items as x) select i.x from i inner join gold.f on f.id = i.id'],
  },
  {
    name: 'late-binding-view', why: 'a view over an external table needs WITH NO SCHEMA BINDING',
    find: s => s.nodes('create_view').filter(v => !v.node.no_schema_binding && s.tables([v.node.query]).some(t => s.external.has(t.node.schema?.name.toLowerCase()))).map(v => v.node.name.name.name),
    bad: ['create view gold.v as select t.id from silver_ai.ai as t'], good: ['create view gold.v as select t.id from silver_ai.ai as t with no schema binding', 'create view gold.v as select 1 from gold.t'],
  },
];

/** A cast inside md5() or another hash. */
function insideHash(found) {
  return found.ancestors.some(a => ['md5', 'sha', 'sha1', 'sha2', 'fnv_hash'].includes(a.type) || (a.type === 'function' && /^(md5|sha|sha1|sha2|fnv_hash)$/i.test(a.node.name)));
}

/** case ... then 'true' ... end::text, as dbt writes a boolean: its branches are short literals. */
function isShortCase(node) {
  const branch = node.case;
  return !!branch && (branch.whens ?? []).every(w => JSON.stringify(w).includes('"literal_type":"string"'));
}

const BOOLEAN_NODES = ['eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'and', 'or', 'not', 'is_null', 'is', 'like', 'between', 'in', 'exists', 'boolean'];

/** Whether an expression is a truth value, as far as its form or the name of its column tells. */
function isBoolean(node) {
  if (node?.paren) return isBoolean(node.paren.this);
  if (node?.column) return /^(is|has)_/i.test(node.column.name.name);
  return node != null && BOOLEAN_NODES.some(type => node[type]);
}
