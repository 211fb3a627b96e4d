import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metrics } from '../../src/core/metrics/catalogue';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'metrics.md'), 'utf8');

test('every metric of the catalogue is documented with type, unit and labels, and no other is', () => {
  const rows = [...page.matchAll(/^\| `(prism_\w+)` +\| (\w+) +\| (\w+) +\| ([^|]*)\|/gm)];
  const documented = rows.map(([, name, type, unit, labels = '']) => ({
    ...{ name, type, unit },
    labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
  }));
  const known = Object.entries(metrics).map(([name, { type, unit, labels }]) => ({
    name: type === 'counter' ? `${name}_total` : name,
    ...{ type, unit },
    labels: Object.keys(labels),
  }));
  expect(documented).toEqual(known);
});

const labels = Object.values(metrics).flatMap((metric) => Object.entries<readonly string[]>(metric.labels));

test.each(labels)('the values of the label %s are documented', (label, values) => {
  const [said = ''] = new RegExp(`^- \`${label}\`.*(?:\\n  .*)*`, 'm').exec(page) ?? [];
  const others = label === 'outcome' ? page : said; // rows and requests have one each
  expect(values.filter((value) => !others.includes(`\`${value}\``))).toEqual([]);
});
