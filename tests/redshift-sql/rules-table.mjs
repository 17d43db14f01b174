/** Prints the rules as the table of docs/gold.md: name, trap, and the first example that the tests see refused. */
import { rules } from './rules.mjs';

const cell = text => text.replace(/\s+/g, ' ').trim().replaceAll('|', '\\|');
const shown = sql => { const line = cell(sql); return line.length > 110 ? `${line.slice(0, 107)}...` : line; };
console.log('| rule | trap | refused, for instance |\n|---|---|---|');
for (const rule of rules) console.log(`| ${rule.name} | ${cell(rule.why)} | \`${shown(rule.bad[0])}\` |`);
