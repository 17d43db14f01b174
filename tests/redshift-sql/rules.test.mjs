import assert from 'node:assert/strict';
import test from 'node:test';
import { rules } from './rules.mjs';
import { Statement, split } from './statement.mjs';

const context = { arrays: ['items'], external: ['silver_ai'] };
const broken = sql => { const s = new Statement(sql, context); return rules.filter(r => r.find(s).length > 0).map(r => r.name); };

for (const rule of rules) {
  for (const sql of rule.bad) test(`${rule.name} refuses: ${sql.slice(0, 100)}`, () => assert.ok(broken(sql).includes(rule.name), `found: ${broken(sql)}`));
  for (const sql of rule.good) test(`${rule.name} allows: ${sql.slice(0, 100)}`, () => assert.deepEqual(broken(sql), []));
}

test('every rule has examples of both kinds', () => assert.deepEqual(rules.filter(r => !r.bad.length || !r.good.length).map(r => r.name), []));
test('statements are split outside of literals and comments', () => assert.deepEqual(split("select ';' -- ;\n; /* ; */ select 2;"), ["select ';' -- ;", '/* ; */ select 2']));
