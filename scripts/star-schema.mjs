/**
 * Draws the star schema of docs/gold.md as a Mermaid graph, from the project's manifest: the tables of schema gold, an arrow for each
 * tested relationship, a dotted one from an aggregation to what it is made from.
 *   node scripts/star-schema.mjs TARGET_FOLDER/manifest.json
 */
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const nodes = Object.values(manifest.nodes);
const tables = nodes.filter(n => ['model', 'seed'].includes(n.resource_type) && n.schema === 'gold' && n.config.materialized !== 'ephemeral');
const names = new Set(tables.map(t => t.name));
const arrows = new Set();
for (const test of nodes.filter(n => n.test_metadata?.name === 'relationships')) {
  const from = manifest.nodes[test.attached_node]?.name;
  const to = /ref\('(\w+)'\)/.exec(test.test_metadata.kwargs.to)?.[1];
  if (names.has(from) && names.has(to) && !from.startsWith('agg_')) arrows.add(`    ${from} --> ${to}`);
}
for (const table of tables.filter(t => t.name.startsWith('agg_'))) {
  for (const id of table.depends_on.nodes) {
    const source = manifest.nodes[id].name;
    if (/^(fact|bridge)_/.test(source)) arrows.add(`    ${table.name} -.-> ${source}`);
  }
}
const shape = name => (name.startsWith('fact_') ? `${name}[["${name}"]]` : name.startsWith('bridge_') ? `${name}(["${name}"])` : name.startsWith('agg_') ? `${name}[/"${name}"/]` : name);
console.log(['```mermaid', 'flowchart LR', ...[...names].sort().map(n => `    ${shape(n)}`), ...[...arrows].sort(), '```'].join('\n'));
