import { parse, Dialect } from '@polyglot-sql/sdk';

/**
 * Statements on external objects that the parser's dialect lacks, in the forms of Redshift's manual (CREATE EXTERNAL SCHEMA,
 * ALTER TABLE ... ADD PARTITION). They hold no query.
 */
const NAME = '(?:\\w+|"[^"]+")';
const TEXT = "'(?:[^']|'')*'";
const PARTITION = `partition\\s*\\(${NAME}\\s*=\\s*(?:${TEXT}|\\d+)(?:\\s*,\\s*${NAME}\\s*=\\s*(?:${TEXT}|\\d+))*\\)\\s+location\\s+${TEXT}`;
const EXTERNAL = [
  `create external schema (?:if not exists )?${NAME}\\s+from data catalog\\s+database\\s+${TEXT}\\s+iam_role\\s+(?:default|${TEXT})`,
  `alter table ${NAME}\\.${NAME}\\s+add\\s+(?:if not exists\\s+)?${PARTITION}(?:\\s+${PARTITION})*`,
].map(form => new RegExp(`^(?:/\\*[^*]*\\*/\\s*)?${form}\\s*$`, 'i'));

/**
 * One SQL statement, parsed with the Redshift dialect.
 * `code` is the text with the contents of literals and comments blanked; offsets and line breaks are those of `sql`.
 * `arrays` are the names of the nested columns of external tables (Spectrum), `external` the schemas these lie in.
 */
export class Statement {
  constructor(sql, { arrays = [], external = [] } = {}) {
    this.sql = sql;
    this.arrays = new Set(arrays);
    this.external = new Set(external);
    const isTooLong = Buffer.byteLength(sql) > 16e6;
    this.code = isTooLong ? '' : blank(sql).toLowerCase();
    const result = isTooLong || EXTERNAL.some(form => form.test(sql)) ? { success: true, ast: [] } : parse(sql, Dialect.Redshift);
    this.error = result.success ? null : result.error;
    this.ast = result.success ? result.ast : [];
  }

  /** Every node of a type, with its ancestors, nearest last. */
  nodes(type, root = this.ast) {
    const found = [];
    const visit = (value, ancestors) => {
      if (Array.isArray(value)) {
        for (const item of value) visit(item, ancestors);
        return;
      }
      if (value === null || typeof value !== 'object') return;
      for (const [key, child] of Object.entries(value)) {
        if (child === null || typeof child !== 'object') continue;
        if (key === type && !Array.isArray(child)) found.push({ node: child, ancestors });
        visit(child, Array.isArray(child) ? ancestors : [...ancestors, { type: key, node: child }]);
      }
    };
    visit(root, []);
    return found;
  }

  /** Every table named; the qualifier of a column bears the same key, but a plain text. */
  tables(root = this.ast) {
    return this.nodes('table', root).filter(t => typeof t.node.name === 'object');
  }

  /** Every match of a regular expression in the code outside literals and comments. */
  matches(pattern) {
    return [...this.code.matchAll(pattern)].map(m => m[0].replace(/\s+/g, ' ').trim());
  }
}

/** Splits at the semicolons outside of literals, comments and quoted names; empty parts are left out. */
export function split(sql) {
  const code = blank(sql);
  const parts = [];
  let start = 0;
  for (let i = 0; i <= code.length; i++) {
    if (i < code.length && code[i] !== ';') continue;
    if (code.slice(start, i).trim() !== '') parts.push(sql.slice(start, i).trim());
    start = i + 1;
  }
  return parts;
}

function blank(sql) {
  const spaces = text => text.replace(/[^\n]/g, ' ');
  return sql.replace(/\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"/g, text =>
    text[0] === "'" || text[0] === '$' ? `'${spaces(text.slice(1, -1))}'` : text[0] === '"' ? text : spaces(text));
}
