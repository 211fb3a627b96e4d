import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';
import { temporalCli } from '../../src/dev/temporal-cli';
import { statusQuery } from '../../src/workflows/messages';
import { until } from '../support/until';
import { commandsOf, masked, withOutputs, type DocumentedCommand } from './support/command-lines';
import { tctl } from './support/go-tool';
import { imports, startScenario, team, trackerOf, type Scenario } from './support/scenario';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
/** Their commands run in this order on the same imports. */
const pages = ['temporal-cli.md', 'tctl.md'].map((name) => join(root, 'docs', name));
const readme = join(root, 'README.md');

let scenario: Scenario;
let programs: string;

beforeAll(async () => {
  programs = mkdtempSync(join(tmpdir(), 'prism-imports-programs-'));
  symlinkSync((await temporalCli()).path, join(programs, 'temporal'));
  symlinkSync(await tctl(), join(programs, 'tctl'));
});

beforeEach(async () => {
  scenario = await startScenario();
  // Somebody who asks to be told, and an import that nobody follows yet.
  await scenario.server.client.workflow.start('nightlyReport', {
    taskQueue: 'none',
    workflowId: 'nightly-report',
  });
  await scenario.emulator.controller.createJob({
    teamId: team,
    jobId: 'imp-5',
    duration: 3_600_000,
    total: 100,
  });
});

afterEach(() => scenario?.close());
afterAll(() => rmSync(programs, { recursive: true, force: true }));

test('the command lines of docs/temporal-cli.md and docs/tctl.md work, and give what is shown', async () => {
  const documented = pages.flatMap((page) => commandsOf(readFileSync(page, 'utf8')));
  expect(documented.length).toBeGreaterThanOrEqual(14);
  const outputs: string[] = [];
  let polls = 1;
  for (const { command } of documented) {
    outputs.push(await outputOf(command));
    if (command.includes('pollNow')) await pollsAreOver((polls += 1));
  }

  const asked = scenario.emulator.controller.journal.filter(({ jobId }) => jobId === imports.running);
  expect(asked).toHaveLength(1 + documented.filter(({ command }) => command.includes('pollNow')).length);
  if (process.env['PRISM_WRITE_DOCS'] === '1') {
    for (const page of pages) {
      const text = readFileSync(page, 'utf8');
      writeFileSync(page, withOutputs(text, outputs.splice(0, commandsOf(text).length)));
    }
    return;
  }
  const shown = documented.map(({ command, output }) => ({ command, output: masked(output ?? '') }));
  expect(shown).toEqual(
    documented.map(({ command }, index) => ({ command, output: masked(outputs[index] ?? '') })),
  );
});

test('the command lines of the README work as they stand there, and give what is shown', async () => {
  const documented = existsSync(readme) ? commandsOf(readFileSync(readme, 'utf8')) : [];
  for (const { command, output } of documented) {
    const seen = await outputOf(command);
    if (output !== null)
      expect({ command, output: masked(output) }).toEqual({ command, output: masked(seen) });
  }
  expect(kindsOf(documented)).toEqual(expect.arrayContaining(['query', 'signal', 'result', 'list']));
});

/**
 * Waits until the poll that was asked for is over, so that what the next command shows does not depend on who is
 * faster.
 */
async function pollsAreOver(polls: number): Promise<void> {
  const tracker = scenario.server.client.workflow.getHandle(trackerOf('running'));
  await until(async () => {
    const state = await tracker.query(statusQuery);
    return state.phase === 'waiting' && state.polls === polls;
  });
}

const kindsOf = (documented: DocumentedCommand[]): (string | undefined)[] =>
  documented.map(({ command }) => command.split(' ')[2]);

/**
 * Runs a command line in a shell that finds both programs and our server; gives what it printed, without spaces at line
 * ends.
 */
async function outputOf(command: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', command], {
    timeout: 30_000,
    env: {
      ...withoutAccounts(),
      PATH: [programs, process.env['PATH']].join(delimiter),
      TEMPORAL_ADDRESS: scenario.server.address,
      TEMPORAL_CLI_ADDRESS: scenario.server.address,
      NO_COLOR: '1',
    },
  });
  return withoutColours(stdout)
    .replace(/[ \t]+$/gm, '')
    .trimEnd();
}

/** tctl colours its headings even where nobody sees them. */
function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- the escape character is what is looked for
  return text.replace(/\u001b\[\d*m/g, '');
}
