import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { withoutAccounts } from '../../src/config/config';
import type { JournalEntry } from 'prism-emulator';
import { installedExample } from '../examples/support/installed-example';
import { killLeftCli, startCli, startCliOnTerminal, type CliEnd, type CliRun } from '../cli/support/run-cli';

const shell = promisify(execFile);
const universities = '10,251 rows = 10,249 created + 2 existing in 11 imports';

let folder: string;
let undisturbed: Demo;
let disturbed: Demo;
let onTerminal: Demo;
/** Process ids of the workers that came in the place of those that were killed. */
let restarts: Promise<[disturbed: number, onTerminal: number]>;
let trap: Server;
let trapped = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prism-imports-test-'));
  trap = createServer((socket) => {
    trapped += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(trap, 'listening');
  // Side by side, to save time; started one after the other, since they look for the same ports.
  undisturbed = await started(startCli(['dev'], { ...(await poison()), TMPDIR: folder }));
  disturbed = await started(startCli(['dev'], { TMPDIR: folder }));
  onTerminal = await started(
    startCliOnTerminal(['dev', '--file', await smallFile(), '--batch-size', '100'], { TMPDIR: folder }),
  );
  restarts = Promise.all([
    killWorker(disturbed, /^[1-9]\d* of 10251 rows.*importing/m),
    killWorker(onTerminal, /[1-9]00 of 500 rows/),
  ]);
  restarts.catch(() => undefined); // The tests that wait for it say so.
});
afterAll(async () => {
  killLeftCli();
  trap?.close();
  // A demonstration that is ended may still be writing its log.
  await rm(folder, { recursive: true, maxRetries: 10, retryDelay: 500 });
});

/** A demonstration under way: what it said of where its parts are. */
interface Demo {
  run: CliRun;
  places: { temporal: string; ui: string; emulator: string };
  workerPid: number;
}

async function started(run: CliRun): Promise<Demo> {
  const [, temporal = '', ui = ''] = await run.printed(/^.*Temporal server at (\S+), its UI at (\S+?)\s*$/m);
  const [, emulator = ''] = await run.printed(/Prism emulator {2}at (\S+?)\s*$/m);
  const [, pid] = await run.printed(/Worker started, pid (\d+)/);
  return { run, places: { temporal, ui, emulator }, workerPid: Number(pid) };
}

/** Kills the worker once this is printed, and gives the process id of the next one. */
async function killWorker({ run, workerPid }: Demo, when: RegExp): Promise<number> {
  await run.printed(when);
  process.kill(workerPid, 'SIGKILL');
  const [, pid] = await run.printed(/Worker restarted, pid (\d+)/);
  return Number(pid);
}

async function smallFile(): Promise<string> {
  const file = join(folder, 'small.csv');
  const rows = Array.from({ length: 500 }, (_, index) => `Org ${index},org-${index}.test`);
  await writeFile(file, ['name,primary_domain', ...rows].join('\n'));
  return file;
}

/** What is still there of a demonstration that has ended. */
async function leftOf({ places, workerPid }: Demo): Promise<string[]> {
  const left = isRunning(workerPid) ? ['worker'] : [];
  for (const [name, place] of Object.entries(places)) {
    const { hostname, port } = new URL(place.includes('://') ? place : `tcp://${place}`);
    const socket = connect(Number(port), hostname);
    const answers = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (answers) left.push(name);
  }
  return left;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Everything that could lead to somebody's workspace or cluster, all of it leading to the trap. */
async function poison(): Promise<Record<string, string>> {
  const address = `127.0.0.1:${(trap.address() as AddressInfo).port}`;
  const home = join(folder, 'home');
  const settings = join(home, '.config', 'temporalio');
  await mkdir(settings, { recursive: true });
  const toml = `[profile.default]\naddress = "${address}"\nnamespace = "theirs"\napi_key = "key"\n`;
  await writeFile(join(settings, 'temporal.toml'), toml);
  await writeFile(
    join(settings, 'temporal.yaml'),
    `env:\n  default:\n    address: ${address}\n    namespace: theirs\n`,
  );
  return {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    MICRO_API_KEY: 'their-key',
    MICRO_BASE_URL: `http://${address}`,
    MICRO_CUSTOM_HEADERS: 'x-theirs: yes',
    MICRO_TEAM_ID: 'their-team',
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: 'theirs',
    TEMPORAL_API_KEY: 'their-key',
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_CLIENT_CERT_PATH: '/their/cert.pem',
    TEMPORAL_CODEC_ENDPOINT: `http://${address}`,
    TEMPORAL_CONFIG_FILE: join(settings, 'temporal.toml'),
    TEMPORAL_PROFILE: 'theirs',
    TEMPORAL_ENV: 'theirs',
    PRISM_LOG_LEVEL: 'error',
    PRISM_TASK_QUEUE: 'theirs',
    AWS_ENDPOINT_URL: `http://${address}`,
    http_proxy: `http://${address}`,
    https_proxy: `http://${address}`,
    HTTP_PROXY: `http://${address}`,
    HTTPS_PROXY: `http://${address}`,
  };
}

test('off a terminal it imports the universities, reports, and ends by itself, whatever the environment says', async () => {
  const demo = undisturbed;
  const { code, stdout, stderr } = await demo.run.ended;
  expect({ code, trapped }).toEqual({ code: 0, trapped: 0 });
  expect(await leftOf(demo)).toEqual([]);

  const masked = stdout
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'UUID')
    .replaceAll(/[\da-f]{64}/g, 'KEY')
    .replaceAll(/(file:\/\/)?\/\S+(?=\/(storage|emulator|worker))/g, '$1FOLDER');
  expect(masked.split('\n').filter((line) => !/^[─ ]*$|^ +\d+ {2}UUID {2}complete/.test(line))).toEqual([
    expect.stringMatching(/^Batch {2}Job +Status/),
    expect.stringMatching(/^Total +10251 +10249 +0 +2 +0 +0 +\d+$/),
    universities,
    'Report: file://FOLDER/storage/pipelines/KEY/report.csv',
    'Your rows with their ids and outcomes: file://FOLDER/storage/pipelines/KEY/results.csv',
    'Records in the emulator: 10,249',
    "Emulator's log: FOLDER/emulator.jsonl",
    "Worker's log: FOLDER/worker.log",
    'Run it on a terminal to keep the Temporal UI up until Ctrl-C and to see commands to try next.',
  ]);
  expect(stderr).toMatch(
    /^\d+ of 10251 rows, about \d+ (?:s|min|min \d+ s) left, [\d.]+ rows\/s, importing, \d+ of 11 imports done$/m,
  );

  const lines = await reportLines(stdout);
  expect(lines).toHaveLength(10_251);
  expect(lines.map(([row]) => Number(row))).toEqual(lines.map((_, index) => index + 1));
});

/** The cells of the report that was printed, for reports without a comma or line end in a cell. */
async function reportLines(stdout: string): Promise<string[][]> {
  const [, uri = ''] = /^Report: (file:\S+)$/m.exec(stdout) ?? [];
  const [, ...lines] = (await readFile(fileURLToPath(uri), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => line.split(','));
}

test('a worker killed in the middle is started again, and no job is launched twice', async () => {
  const [pid] = await restarts;
  const { code, stdout } = await disturbed.run.ended;
  expect(code).toBe(0);
  expect(stdout).toContain(`\n${universities}\n`);
  expect(stdout).toContain('\nRecords in the emulator: 10,249\n');
  expect(pid).not.toBe(disturbed.workerPid);
  expect(await leftOf({ ...disturbed, workerPid: pid })).toEqual([]);

  const [, file = ''] = /^Emulator's log: (\S+)$/m.exec(stdout) ?? [];
  const journal = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const launched = journal
    .map((line) => JSON.parse(line) as JournalEntry)
    .filter(({ did }) => did === 'launched');
  expect(launched).toHaveLength(11);
  expect(new Set(launched.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(11);
  expect(new Set(launched.map(({ jobId }) => jobId)).size).toBe(11);
});

/**
 * 240 organisations: rows 201 to 240 repeat domains in capitals, every tenth has a line break in a cell, and one line
 * lacks cells.
 */
function customCsv(): { text: string; raggedRow: number; raggedLine: number } {
  const raggedRow = 51;
  let [text, raggedLine] = ['name,primary_domain,notes\n', 0];
  for (let row = 1; row <= 240; row += 1) {
    const domain = row > 200 ? `SITE-${row - 200}.Test` : `site-${row}.test`;
    const notes = row % 10 === 0 ? `"one, ""two""\nthree"` : 'none';
    if (row === raggedRow) raggedLine = text.split('\n').length;
    text += row === raggedRow ? `Org ${row}\n` : `Org ${row},${domain},${notes}\n`;
  }
  return { text, raggedRow, raggedLine };
}

test('any other file is counted as the emulator counts it, and a row that failed ends it with 4', async () => {
  const { text, raggedRow, raggedLine } = customCsv();
  const file = join(folder, 'custom.csv');
  await writeFile(file, text);
  const demo = await started(startCli(['dev', '--file', file, '--batch-size', '120'], { TMPDIR: folder }));
  const { code, stdout } = await demo.run.ended;
  expect(code).toBe(4);
  expect(stdout).toContain('\n240 rows = 199 created + 40 existing + 1 failed in 2 imports\n');
  expect(stdout).toContain('\nRecords in the emulator: 199\n');
  const lines = await reportLines(stdout);
  expect(lines).toHaveLength(240);
  expect(lines.filter(([, , outcome]) => outcome === 'failed').map(([row, line]) => [row, line])).toEqual([
    [`${raggedRow}`, `${raggedLine}`],
  ]);
  expect(stdout).toMatch(/^Failed rows, to correct and import again: file:/m);
});

test('on a terminal it shows a bar, survives a killed worker, and stays up until Ctrl-C, which ends it with 0', async () => {
  const demo = onTerminal;
  const [, pid] = await restarts;
  await demo.run.printed(/stays up until Ctrl-C/);
  await demo.run.printed(new RegExp(`Temporal UI: ${demo.places.ui}/namespaces/default/workflows`));
  const [, shown = ''] = await demo.run.printed(/paste any line\.\r\n([^]*?)\r\nEverything stays up/);
  const commands = shown.split('\r\n').filter((line) => line.startsWith('  '));
  const example = await installedExample();
  try {
    for (const [said, expected] of whatNext(pid)) {
      const command = commands.shift()?.trim() ?? '';
      expect(command).toMatch(said);
      if (expected !== null) expect(await inShell(atCopy(command, example))).toMatch(expected);
    }
  } finally {
    await rm(example, { recursive: true });
  }
  expect(commands).toEqual([]);
  const [, again] = await demo.run.printed(
    new RegExp(`Worker restarted, pid ${pid}\\b[^]*Worker restarted, pid (\\d+)`),
  );
  demo.run.type('\u0003');
  const { code, stdout } = await demo.run.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('500 rows = 500 created in 5 imports');
  expect(await leftOf({ ...demo, workerPid: Number(again) })).toEqual([]);

  const screen = onScreen(stdout);
  const bars = screen.filter((line) => line.includes('of 500 rows'));
  expect(bars).toEqual([
    expect.stringMatching(/^ █{24} 100 % \| 500 of 500 rows \| all rows done \| 5 of 5 imports done$/),
  ]);
  expect(screen).toContain(`Worker restarted, pid ${pid}`);
  // The cursor, hidden beside the bar, is back.
  expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
});

/** The commands that are printed, in their order, and what comes of each; null is not run. */
const whatNext = (workerPid: number): [RegExp, RegExp | null][] => [
  [/^export PATH=\/\S+:"\$PATH"$/, /^$/],
  [/\/prism-imports list$/, /prism-records-[^]*\bcomplete\b/],
  [/\/prism-imports describe prism-records-\S+$/, /500 created[^]*http:\/\/\S+\/namespaces\/default/],
  [/\/prism-imports results prism-records-\S+ --with-columns$/, /^Org 499,org-499\.test,created,/m],
  [/\/temporal workflow list --query/, /Completed +prism-records-/],
  [/\/temporal workflow query .* --type status$/, /"phase"/],
  [/\/temporal workflow result /, /"created": ?500/],
  [/^printf .*companies\.csv$/, /^$/],
  [/\/prism-imports import \S*companies\.csv /, /2 rows = 2 created in 1 import/],
  // The packages that it installs stand in the copy already.
  [/^npm --prefix \S+ install$/, null],
  [/^npm --prefix \S+ start -- /, /"status": "complete"/],
  [new RegExp(`^kill -9 ${workerPid}$`), /^$/],
];

/** A command with the example in another place: its own belongs to this checkout. */
const atCopy = (command: string, copy: string): string => command.replace(/(?<=^npm --prefix )\S+/, copy);

/** What a command prints; ours, in a shell whose settings lead elsewhere. */
async function inShell(command: string): Promise<string> {
  const env = { ...withoutAccounts(), ...(!command.startsWith('npm') && (await poison())) };
  return (await shell('sh', ['-c', command], { env })).stdout;
}

/** The lines that stay on the screen: of what was written over, the last. */
function onScreen(output: string): string[] {
  const lines = output.replaceAll('\u001b[1G', '\r').split(/\r*\n/);
  return lines.map((line) => stripVTControlCharacters(line.split('\r').at(-1) ?? ''));
}

test.each(['SIGINT', 'SIGTERM'] as const)('off a terminal %s ends it early with 130', async (signal) => {
  const demo = await started(startCli(['dev'], { TMPDIR: folder }));
  demo.run.kill(signal);
  const { code, stdout, stderr }: CliEnd = await demo.run.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toMatch(/Stopping\.\nInterrupted\. The demo has ended\.\n$/);
  const pids = [...stderr.matchAll(/^Worker (?:re)?started, pid (\d+)$/gm)].map(([, pid]) => Number(pid));
  for (const workerPid of pids) expect(await leftOf({ ...demo, workerPid })).toEqual([]);
});
