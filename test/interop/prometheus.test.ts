import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';
import { temporalCli } from '../../src/dev/temporal-cli';
import { metricsIn, queriesOf, readDashboard } from '../support/dashboard';
import type { Rule, Sample } from './support/prometheus';
import { until } from '../support/until';
import { startWatchedFleet, type WatchedFleet } from './support/watched-fleet';

const root = join(__dirname, '..', '..');
const ruleFiles = ['recording.yml', 'alerts.yml'].map((file) => join(root, 'dashboards', 'prometheus', file));
const queries = queriesOf(readDashboard());

let fleet: WatchedFleet;
let rules: Rule[];

beforeAll(async () => {
  fleet = await startWatchedFleet(ruleFiles);
  // Two, since a rise is seen between two scrapes, and some series begin with their first event.
  await fleet.round(1);
  await fleet.round(2);
  await fleet.breakStorage();
  await until(async () => (await fleet.prometheus.query('sum(prism_storage_failures_total) > 0')).length > 0);
  await until(async () => {
    rules = await fleet.prometheus.rules();
    return rules.every(({ health }) => health !== 'unknown');
  });
});

afterAll(() => fleet?.close());

/** Asks for what Grafana would, with the values it puts in the place of its variables. */
const ask = (expr: string): Promise<Sample[]> =>
  fleet.prometheus.query(
    expr
      .replaceAll('$job', 'prism-imports')
      .replaceAll('$__rate_interval', '2m')
      .replaceAll('$__range', '1h'),
  );

test.each(queries)('$title: Prometheus answers with numbers', async ({ expr }) => {
  let values: number[] = [];
  await until(async () => {
    values = (await ask(expr)).map(({ value }) => value);
    return values.some(Number.isFinite);
  });
  expect(values.some(Number.isFinite)).toBe(true);
});

test('Prometheus evaluates every rule without an error', () => {
  expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
});

test.each([
  {
    what: 'requests of the month',
    seen: 'job:prism_api_requests:month_to_date',
    made: 'sum(prism_api_requests_total)',
  },
  { what: 'rows', seen: 'sum(increase(prism_rows_total[1h]))', made: 'sum(prism_rows_total)' },
  {
    what: 'ends',
    seen: 'sum(increase(prism_imports_ended_total[1h]))',
    made: 'sum(prism_imports_ended_total)',
  },
])('all $what count, from the first on', async ({ seen, made }) => {
  const value = async (expr: string) => (await ask(expr))[0]?.value ?? NaN;
  const all = await value(made);
  expect(all).toBeGreaterThan(0);
  expect(Math.abs((await value(seen)) - all)).toBeLessThan(0.1 * all);
});

test('of the alerts, those fire whose reason was given', async () => {
  const alerts = rules.filter(({ type }) => type === 'alerting');
  const answers = await Promise.all(alerts.map(({ query }) => ask(query)));
  const given = alerts.filter((_, index) => (answers[index] ?? []).length > 0);
  // The storage that was broken blocks an import: whether that is seen depends on when the index was asked. What a
  // month needs depends on how much of it is left, and a busy server may once not answer in time.
  const unsure = /^Prism(?:ImportsBlocked|PollsFailing|MonthWillNotSuffice|TemporalUnreachable)$/;
  const sure = given.filter(({ name }) => !unsure.test(name));
  expect(sure.map(({ name, labels }) => `${name} ${labels?.['severity']}`)).toEqual([
    'PrismImportExpired warning',
    'PrismKeyRefused critical',
    'PrismQuotaNearlyUsed warning',
    'PrismQuotaNearlyUsed critical',
    'PrismStorageFailing warning',
  ]);
  const firing = await ask('ALERTS{alertstate="firing"}');
  expect(firing.map(({ labels }) => labels['alertname']).sort()).toEqual([
    'PrismImportExpired',
    'PrismKeyRefused',
  ]);
});

test('every alert says how bad it is, what is wrong, and where the runbook speaks of it', () => {
  const runbook = readFileSync(join(root, 'docs', 'runbook.md'), 'utf8');
  const anchors = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
  for (const { name, type, labels, annotations = {} } of rules) {
    if (type === 'recording') continue;
    expect(['warning', 'critical']).toContain(labels?.['severity']);
    expect({ name, ...annotations }).toMatchObject({
      summary: expect.stringMatching(/[^.]$/) as string,
      description: expect.stringMatching(/\.$/) as string,
      runbook_url: `{{ or $externalLabels.docs_url "docs" }}/runbook.md#${name.toLowerCase()}`,
    });
    expect(anchors).toContain(name.toLowerCase());
  }
});

test('an alert that fires leads to the runbook where PRISM_DOCS_URL says that the documents are', async () => {
  const settings = readFileSync(join(root, 'dashboards', 'prometheus', 'prometheus.yml'), 'utf8');
  expect(settings).toContain('docs_url: ${PRISM_DOCS_URL}\n');
  const reported = (await fleet.prometheus.rules())
    .filter(({ name }) => name === 'PrismKeyRefused')
    .flatMap(({ alerts = [] }) => alerts.map(({ annotations }) => annotations['runbook_url']));
  expect(reported).toEqual(['https://wiki.example/prism/runbook.md#prismkeyrefused']);
});

test('the command lines of the runbook work as they stand there', async () => {
  const runbook = readFileSync(join(root, 'docs', 'runbook.md'), 'utf8');
  const commands = [...runbook.matchAll(/```sh\n([^`]*?)\n *```/g)].map(([, command = '']) => command.trim());
  expect(commands.length).toBeGreaterThan(10);
  await inShell(async (run) => {
    for (const command of new Set(commands)) await run(command);
  });
});

test('a Temporal server that is gone is told of, and every metric that dashboard and rules speak of is there', async () => {
  const [unreachable = ''] = rules
    .filter(({ name }) => name === 'PrismTemporalUnreachable')
    .map(({ query }) => query);
  expect(await ask(unreachable)).toEqual([]);
  await fleet.stopTemporal();
  // The workers ask once a minute.
  await until(async () => (await ask(unreachable)).length > 0, 120_000);

  const named = [...queries.map(({ expr }) => expr), ...rules.map(({ query }) => query)].flatMap(metricsIn);
  const there = await ask('count by (__name__) ({job="prism-imports"})');
  const names = there.map(({ labels }) => labels['__name__']);
  expect([...new Set(named)].filter((name) => !names.includes(name))).toEqual([]);
});

/** Gives the work a shell that finds `temporal` and `prism-imports`, both set to our server. */
async function inShell(work: (run: (command: string) => Promise<unknown>) => Promise<void>): Promise<void> {
  const programs = mkdtempSync(join(tmpdir(), 'prism-imports-programs-'));
  try {
    symlinkSync((await temporalCli()).path, join(programs, 'temporal'));
    const ours = `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist', 'cli', 'main.js')}' "$@"\n`;
    writeFileSync(join(programs, 'prism-imports'), ours, { mode: 0o755 });
    const env = {
      ...withoutAccounts(),
      PATH: [programs, process.env['PATH']].join(delimiter),
      TEMPORAL_ADDRESS: fleet.temporalAddress,
    };
    await work((command) => {
      const running = promisify(execFile)('sh', ['-ec', command], { env, timeout: 30_000 });
      // Some ask before they begin.
      running.child.stdin?.end('y\n');
      return running;
    });
  } finally {
    rmSync(programs, { recursive: true, force: true });
  }
}
