import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { examples } from '../../src/cli/commands/examples';
import { withoutAccounts } from '../../src/config/config';
import { goProgram } from './support/go-program';
import { pythonWith } from './support/python';
import { killLeftRehearsals, startRehearsal, takeUsualPorts } from './support/rehearsal';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'rehearse.md'), 'utf8');
const day = 86_400_000;

/** The words that the page gives a program. */
const wordsAfter = (program: string): string[] =>
  (new RegExp(`^${program} (.+)$`, 'm').exec(page)?.[1] ?? '').split(' ');

let releasePorts: (() => void) | undefined;

beforeAll(async () => {
  releasePorts = await takeUsualPorts();
});
afterAll(() => {
  killLeftRehearsals();
  releasePorts?.();
});

test('parents in Python go through five days and a day of outage, as the page says', async () => {
  const python = await pythonWith(join(root, 'examples', 'python', 'requirements.txt'));
  expect(page).toContain(`\n${examples['rehearse']}\n`);
  const { rehearsal, site } = await startRehearsal(wordsAfter('prism-imports rehearse'));
  const [main = '', , , ...rest] = wordsAfter('python');
  const parent = async (mode: string) => {
    const places = ['--address', site.address, '--base-url', site.baseUrl, '--team', randomUUID()];
    const parameters = [join(root, main), '--mode', mode, ...rest, ...places];
    const env = { ...withoutAccounts(), PYTHONDONTWRITEBYTECODE: '1' };
    return JSON.parse((await promisify(execFile)(python, parameters, { env })).stdout) as unknown;
  };
  const ends = await Promise.all(['await', 'abandon', 'continue-as-new'].map(parent));
  for (const end of ends) {
    expect(end).toMatchObject({ status: 'complete', job: { total: 120, succeeded: 120 } });
  }
  const refused = await fetch(`${site.adminUrl}/journal?operation=status&status=503`);
  expect(await refused.text()).toContain('503');

  await rehearsal.printed(/(^\{"workflowId".*\}\n){3}/m);
  rehearsal.kill('SIGINT');
  const { code, stdout } = await rehearsal.ended;
  expect(code).toBe(0);
  const told = stdout.match(/^\{"workflowId".*$/gm) ?? [];
  expect(told).toHaveLength(3);
  for (const line of told) {
    const { status, polls, lastedMs } = JSON.parse(line) as {
      status: string;
      polls: number;
      lastedMs: number;
    };
    expect(status).toBe('complete');
    expect(lastedMs).toBeGreaterThan(5 * day - 60_000);
    expect(polls).toBeLessThan(130);
  }
  for (const url of [site.uiUrl, site.baseUrl]) await expect(fetch(url)).rejects.toThrow();
});

test('a parent in Go goes through them too, as the page says', async () => {
  const go = await goProgram(join(root, 'examples', 'go'));
  const { rehearsal, site } = await startRehearsal(wordsAfter('prism-imports rehearse'));
  try {
    const places = ['-address', site.address, '-base-url', site.baseUrl];
    const answer = await go.run([...wordsAfter('go run \\.'), ...places], withoutAccounts());
    expect(JSON.parse(answer)).toMatchObject({ status: 'complete', job: { total: 120, succeeded: 120 } });
  } finally {
    await go.close();
  }
  const [line] = await rehearsal.printed(/^\{"workflowId".*\}\n/m);
  const { workflowId, status, lastedMs } = JSON.parse(line) as Record<string, unknown>;
  expect({ workflowId, status }).toEqual({
    workflowId: expect.stringMatching(/^example-go\//) as string,
    status: 'complete',
  });
  expect(lastedMs).toBeGreaterThan(5 * day - 60_000);
  rehearsal.kill('SIGINT');
  expect((await rehearsal.ended).code).toBe(0);
});
