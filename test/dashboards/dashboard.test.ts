import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metrics } from '../../src/core/metrics/catalogue';
import { metricsIn, queriesOf, readDashboard, type Panel } from '../support/dashboard';

const dashboard = readDashboard();
const { panels } = dashboard;
const shown = panels.filter(({ type }) => type !== 'row');

test('no panel lies upon another or beyond the edge', () => {
  const cells = new Map<string, string>();
  for (const { title, gridPos } of panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect({ title, x, y, below: cells.get(`${x},${y}`) }).toEqual({ title, x, y, below: undefined });
        expect(x).toBeLessThan(24);
        cells.set(`${x},${y}`, title);
      }
    }
  }
});

test('every line of panels fills the width', () => {
  const widths = new Map<number, number>();
  for (const { gridPos } of panels) widths.set(gridPos.y, (widths.get(gridPos.y) ?? 0) + gridPos.w);
  expect([...widths.values()].filter((width) => width !== 24)).toEqual([]);
});

test('the questions of the person on call come from top to bottom, with possible losses first', () => {
  const rows = panels.filter(({ type }) => type === 'row').sort((a, b) => a.gridPos.y - b.gridPos.y);
  expect(rows.map(({ title }) => title)).toEqual([
    'Is anything about to be lost?',
    'Are the polls working?',
    'How many requests are left?',
    'How late are we?',
    'How did the rows end?',
    'Are there workers?',
    'How long do things take?',
  ]);
});

test.each(shown)(
  '$title has a query, a unit and a description, and asks the data source chosen',
  (panel: Panel) => {
    expect(panel.description).toMatch(/\.$/);
    expect(panel.fieldConfig?.defaults.unit).toEqual(expect.any(String));
    expect(panel.targets?.length).toBeGreaterThan(0);
    const asked = [panel.datasource, ...(panel.targets ?? []).map(({ datasource }) => datasource)];
    expect(asked.map((source) => source?.uid)).toEqual(asked.map(() => '${datasource}'));
  },
);

test('ids are unique, and data source and deployment can be chosen', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(dashboard.templating.list.map(({ name, type }) => `${name}: ${type}`)).toEqual([
    'datasource: datasource',
    'job: query',
  ]);
});

test('every query asks for the deployment chosen alone', () => {
  const unfiltered = queriesOf(dashboard).filter(({ expr }) =>
    (expr.match(/\b(?:up|ALERTS|(?:job:)?(?:prism|temporal)_[a-z0-9_:]+)\{?/g) ?? []).some(
      (metric) => !metric.endsWith('{'),
    ),
  );
  expect(unfiltered).toEqual([]);
  for (const { expr } of queriesOf(dashboard)) {
    expect(expr.match(/job=~"\$job"/g)?.length).toBe(expr.match(/\{/g)?.length);
  }
});

test('dashboard and rules speak of metrics of the catalogue alone', () => {
  const read = (...path: string[]) => readFileSync(join(__dirname, '..', '..', ...path), 'utf8');
  const rules = ['alerts.yml', 'recording.yml'].map((file) => read('dashboards', 'prometheus', file));
  const spokenOf = [...rules, ...queriesOf(dashboard).map(({ expr }) => expr)].flatMap(metricsIn);
  const ours = spokenOf.filter((name) => name.startsWith('prism_'));
  const names = new Set(ours.map((name) => name.replace(/_seconds_(?:bucket|sum|count)$/, '_seconds')));
  expect(names.size).toBeGreaterThan(9);
  const served = Object.entries(metrics).map(([name, { type }]) =>
    type === 'counter' ? `${name}_total` : name,
  );
  expect(served).toEqual(expect.arrayContaining([...names]));
});
