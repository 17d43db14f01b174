/**
 * Checks the SQL that a compile or run of a project on Redshift left in its target folder, and statements that lie in its folder `sent`.
 *   node check.mjs TARGET_FOLDER [--json FILE]
 * Prints a line per rule and the findings; exit code 1 when there are any, 2 when there is nothing to check.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { rules } from './rules.mjs';
import { Statement, split } from './statement.mjs';

const arguments_ = process.argv.slice(2);
const target = arguments_[0];
const jsonFile = arguments_[1] === '--json' ? arguments_[2] : null;
if (!target || !existsSync(join(target, 'manifest.json'))) {
  console.error('usage: node check.mjs TARGET_FOLDER [--json FILE]: the folder must hold manifest.json');
  process.exit(2);
}

const manifest = JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8'));
const external = [];
const arrays = [];
for (const source of Object.values(manifest.sources)) {
  external.push(source.schema.toLowerCase());
  arrays.push(...Object.values(source.columns).filter(c => /^array/i.test(c.data_type ?? '')).map(c => c.name.toLowerCase()));
}

const files = ['compiled', 'run', 'sent'].map(f => join(target, f)).filter(existsSync)
  .flatMap(folder => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter(entry => entry.isFile() && entry.name.endsWith('.sql')).map(entry => join(entry.parentPath ?? entry.path, entry.name)).sort();
const findings = [];
let statements = 0;
for (const file of files) {
  for (const sql of split(readFileSync(file, 'utf8'))) {
    statements++;
    const statement = new Statement(sql, { arrays, external });
    for (const rule of statement.error ? rules.slice(0, 1) : rules) {
      for (const found of rule.find(statement)) findings.push({ file: relative(target, file), rule: rule.name, text: found, why: rule.why });
    }
  }
}

const count = name => findings.filter(f => f.rule === name).length;
const width = Math.max(...rules.map(r => r.name.length));
console.log(`${'rule'.padEnd(width)}  findings`);
for (const rule of rules) console.log(`${rule.name.padEnd(width)}  ${String(count(rule.name)).padStart(8)}`);
const nodes = new Set(files.map(f => f.replace(/^.*?\/(compiled|run|sent)\//, ''))).size;
console.log(`\n${nodes} nodes, ${files.length} files, ${statements} statements, ${rules.length} rules, ${arrays.length} nested columns, ${findings.length} findings`);
for (const f of findings) console.log(`${f.file}: ${f.rule}: ${f.text} (${f.why})`);
if (jsonFile) writeFileSync(jsonFile, JSON.stringify({ nodes, files: files.length, statements, rules: rules.map(r => ({ name: r.name, findings: count(r.name) })), findings }, null, 2));
process.exit(files.length === 0 ? 2 : findings.length > 0 ? 1 : 0);
