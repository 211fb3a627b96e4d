import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metrics } from '../../src/core/metrics/catalogue';

const path = join(__dirname, '..', '..', 'docs', 'metrics.md');
const table = /^\| name .*?\n(?=\n)/ms;
let page = readFileSync(path, 'utf8');
// `node scripts/write-docs.mjs help` does this.
if (process.env['PRISM_WRITE_DOCS'] === '1')
  writeFileSync(path, (page = page.replace(table, tableOfMetrics)));

const cellsOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim().replace(/^-+$/, '-')));

/** The table that the catalogue makes, before it is formatted. */
function tableOfMetrics(): string {
  const rows = Object.entries(metrics).map(([name, { type, unit, labels, help }]) => [
    `\`${type === 'counter' ? `${name}_total` : name}\``,
    ...[type, unit],
    Object.keys(labels)
      .map((label) => `\`${label}\``)
      .join(', '),
    help.replace(/\b(?:prism|PRISM)_\w+/g, '`$&`'),
  ]);
  const head = ['name', 'type', 'unit', 'labels', 'meaning'];
  return [head, head.map(() => '-'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

test('the table of metrics is the catalogue: name, type, unit, labels and help', () => {
  expect(cellsOf(table.exec(page)?.[0] ?? '')).toEqual(cellsOf(tableOfMetrics()));
  expect(page.match(/^\| `prism_/gm)).toHaveLength(Object.keys(metrics).length);
});

const labels = Object.values(metrics).flatMap((metric) => Object.entries<readonly string[]>(metric.labels));

test.each(labels)('the values of the label %s are documented', (label, values) => {
  const [said = ''] = new RegExp(`^- \`${label}\`.*(?:\\n  .*)*`, 'm').exec(page) ?? [];
  const others = label === 'outcome' ? page : said; // rows and requests have one each
  expect(values.filter((value) => !others.includes(`\`${value}\``))).toEqual([]);
});
