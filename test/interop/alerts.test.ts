import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { prometheusExecutables } from './support/prometheus-executables';

const run = promisify(execFile);
const rules = join(__dirname, '..', '..', 'dashboards', 'prometheus');
const alerts = readFileSync(join(rules, 'alerts.yml'), 'utf8');

let promtool: string;
let copy: string;

beforeAll(async () => {
  ({ promtool } = await prometheusExecutables());
});

beforeEach(async () => {
  copy = await mkdtemp(join(tmpdir(), 'prism-imports-rules-'));
  await cp(rules, copy, { recursive: true });
});

afterEach(() => rm(copy, { recursive: true, force: true }));

/** Runs the unit tests in the copy against its rules; rejects with what promtool says when one fails. */
async function unitTests(): Promise<void> {
  const files = (await readdir(join(copy, 'tests'))).map((file) => join('tests', file));
  await run(promtool, ['test', 'rules', ...files], { cwd: copy }).catch((error: { stderr: string }) => {
    throw new Error(error.stderr);
  });
}

// All scalars are texts: `0x12` is a series, not the number 18.
const schema = 'failsafe';

/** Leaves only the unit tests in the copy that name an alert, and the alerts that those name: all take a minute. */
async function narrowTo(alert: string): Promise<void> {
  let kept = '';
  for (const name of await readdir(join(copy, 'tests'))) {
    const file = join(copy, 'tests', name);
    const all = parse(await readFile(file, 'utf8'), { schema }) as { tests: unknown[] };
    const tests = all.tests.filter((each) => JSON.stringify(each).includes(alert));
    kept += JSON.stringify(tests);
    await (tests.length === 0 ? rm(file) : writeFile(file, stringify({ ...all, tests }, { schema })));
  }
  const file = join(copy, 'alerts.yml');
  const { groups } = parse(await readFile(file, 'utf8'), { schema }) as {
    groups: { rules: { alert: string }[] }[];
  };
  for (const group of groups) group.rules = group.rules.filter((rule) => kept.includes(rule.alert));
  const some = groups.filter((group) => group.rules.length > 0);
  await writeFile(file, stringify({ groups: some }, { schema }));
}

test('promtool accepts the configuration and every rule', async () => {
  const { stdout } = await run(promtool, ['check', 'config', '--lint-fatal', join(rules, 'prometheus.yml')]);
  expect(stdout.match(/SUCCESS/g)).toHaveLength(4);
});

test('each alert is silent and fires when its unit tests say so', async () => {
  await unitTests();
});

/** Each rule as its name, its severity, and where its expression stands. */
const expressions = [
  ...alerts.matchAll(
    /- alert: (\w+)\n +expr: (\|\n)?([\s\S]*?)(?=\n +(?:for|labels):)[\s\S]*?severity: (\w+)/g,
  ),
].map(([block, name = '', , expression = '', severity = '']) => ({ block, name, expression, severity }));

test('every alert stands for its own in what follows', () => {
  expect(expressions).toHaveLength(alerts.match(/- alert: /g)?.length ?? 0);
});

describe.each(expressions)('$name, $severity', ({ name, block, expression }) => {
  test('as it is passes the unit tests that name it', async () => {
    await narrowTo(name);
    await unitTests();
  });

  test.each([
    { change: 'never fires', changed: `(${expression.trim()}) and on () vector(1) > 2` },
    { change: 'always fires', changed: `(${expression.trim()}) or on () vector(1)` },
  ])('a rule that $change is found out by the unit tests', async ({ changed }) => {
    const indented = changed.replaceAll(/\n */g, '\n          ');
    const broken = block.replace(
      /expr: (\|\n)?[\s\S]*?(?=\n +(?:for|labels):)/,
      () => `expr: |\n          ${indented}`,
    );
    await writeFile(
      join(copy, 'alerts.yml'),
      alerts.replace(block, () => broken),
    );
    await narrowTo(name);
    await expect(unitTests()).rejects.toThrow(new RegExp(`FAILED[^]*${name}`));
  });
});
