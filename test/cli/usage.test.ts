import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { exitCodes } from '../../src/cli/exit-codes';
import { createProgram } from '../../src/cli/main';
import { killLeftCli, program, runCli, startCli } from './support/run-cli';

afterAll(killLeftCli);

const commands = [
  'dev',
  'worker',
  'emulator',
  'rehearse',
  'budget',
  'clean',
  'codec-server',
  'setup',
  'doctor',
  'import',
  'track',
  'list',
  'describe',
  'results',
  'lab',
  'completion',
];

test('these are all commands that can be seen', () => {
  const program = createProgram();
  const visible = program.createHelp().visibleCommands(program);
  expect(visible.map((command) => command.name()).sort()).toEqual([...commands, 'help'].sort());
});

test('--help names every command and the exit codes', async () => {
  const { code, stdout } = await runCli(['--help']);
  expect(code).toBe(0);
  for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  for (const exitCode of Object.values(exitCodes)) expect(stdout).toMatch(new RegExp(`\\b${exitCode} \\w`));
});

test.each([
  { url: 'https://wiki.example/prism/', named: 'https://wiki.example/prism/configuration.md' },
  { url: 'no url', named: 'docs/configuration.md' },
])('--help says where the documents are: $named', async ({ url, named }) => {
  expect((await runCli(['--help'], { PRISM_DOCS_URL: url })).stdout).toContain(`see ${named}.`);
});

test.each(commands)('%s --help explains it and shows no secret', async (command) => {
  const { code, stdout, stderr } = await runCli([command, '--help'], {
    MICRO_API_KEY: 'key-hunter2',
    TEMPORAL_API_KEY: 'key-hunter2',
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Usage: prism-imports ${command} `));
  expect(stdout).not.toContain('hunter2');
});

// An address at which nothing listens: whoever refuses the input after connecting fails for another reason.
const nowhere = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
const team = ['--team', 'team-1'];
const organizations = ['--object-type', 'organization', ...team];

test.each([
  ['no command', [], ['Usage:']],
  ['an unknown command', ['frobnicate'], ["unknown command 'frobnicate'\nTry --help."]],
  ['what others call it', ['status', 'imp-1'], ["unknown command 'status'\n(Did you mean describe?)"]],
  ['a command with letters amiss', ['dotcor'], ['(Did you mean doctor?)']],
  ['a command in other letters that cannot be seen', ['li\u200bst'], ['(Did you mean list?)']],
  ['an unknown option', ['track', 'job-1', ...team, '--forever'], ["unknown option '--forever'"]],
  ['an argument too many', ['setup', 'now'], ['too many arguments']],
  ['no team', ['track', 'job-1'], ['team: saw nothing, expected a team id', '--team', 'MICRO_TEAM_ID']],
  ['no job id', ['track', ...team], ["missing required argument 'job-id'"]],
  ['a job id that is a path', ['track', '..', ...team], ['jobId: saw "..", expected']],
  ['an empty job id', ['describe', '', ...team], ['jobId: saw "", expected']],
  ['a team id that is a path', ['describe', 'job-1', '--team', '.'], ['teamId: saw ".", expected']],
  [
    'a duration that is none',
    ['track', 'job-1', ...team, '--wait-timeout', 'soon'],
    ['--wait-timeout', '"soon"', "'90s'"],
  ],
  [
    'a duration that is too long',
    ['track', 'job-1', ...team, '--wait-timeout', '400d'],
    ['waitTimeout: saw "400d"', '365 days'],
  ],
  [
    'a time that is none',
    ['track', 'job-1', ...team, '--submitted-at', 'noon'],
    ['submittedAt: saw "noon", expected', 'ISO 8601'],
  ],
  ['a mode that is none', ['track', 'job-1', ...team, '--results', 'all'], ["'all' is invalid", 'stored']],
  ['no polls', ['track', 'job-1', ...team, '--maximum-polls', '0'], ['"0"', 'a whole number from 1']],
  ['a file that is not there', ['import', 'no.csv', ...organizations], ['file: saw "no.csv" (ENOENT)']],
  ['a directory as file', ['import', tmpdir(), ...organizations], ['(a directory), expected a file']],
  ['a directory for the demonstration', ['dev', '--file', tmpdir()], ['(a directory), expected a file']],
  [
    'no kind of record',
    ['import', __filename, ...team],
    ['object-type: saw nothing, expected the object type of the records'],
  ],
  ['no file', ['import', ...organizations], ['file: saw nothing', '--attach']],
  ['a file to attach to', ['import', 'x.csv', '--attach', 'id'], ['file: saw "x.csv" with --attach']],
  ['nothing to attach to', ['import', '--attach', ''], ['attach: saw ""']],
  ['an empty id to import under', ['import', __filename, ...organizations, '--id', ''], ['id: saw ""']],
  ['a new id to attach to', ['import', '--attach', 'a', '--id', 'b'], ['cannot be used with']],
  ['a status that is none', ['list', '--status', 'done'], ['"done"', 'processing, complete']],
  ['an expiry of pipelines', ['list', '--pipelines', '--expiring', '2h'], ['cannot be used with']],
  ['a problem of what ended', ['list', '--problem', '--status', 'failed'], ['cannot be used with']],
  ['a problem that there is not', ['list', '--problem', 'rain'], ['Saw "rain", expected one of key_refused']],
  ['a list of nothing', ['list', '--limit', '0'], ['"0"', 'a whole number from 1']],
  ['an age that is none', ['list', '--older-than', 'old'], ['"old"', "'90s'"]],
  ['a shell that is none', ['completion', 'tcsh'], ["'tcsh' is invalid", 'bash']],
  ['an empty id of results', ['results', ''], ['id: saw ""']],
  ['a format that is none', ['results', 'id', '--format', 'xml'], ["'xml' is invalid", 'ndjson']],
  ['two formats', ['results', 'id', '--format', 'csv', '--json'], ['cannot be used with']],
  [
    'an unknown kind of record',
    ['import', __filename, ...team, '--object-type', 'pony'],
    ["'pony' is invalid", 'organization'],
  ],
  [
    'a mapping without a slug',
    ['import', __filename, ...organizations, '--map', 'Name'],
    ['"Name"', 'COLUMN=SLUG'],
  ],
  [
    'too large a batch',
    ['import', __filename, ...organizations, '--batch-size', '200000'],
    ['batchSize: saw 200000, expected a whole number from 1 to 100000'],
  ],
  ['a port that is a word', ['emulator', '--port', 'http'], ['"http"', 'a whole number from 0']],
  ['a port that does not exist', ['emulator', '--port', '70000'], ['port: saw 70000, expected']],
  ['a job duration that is none', ['emulator', '--job-duration', 'long'], ['saw "long", expected']],
  ['a range the wrong way round', ['emulator', '--job-duration', '9s..2s'], ['min at most max']],
  [
    'an outage the wrong way round',
    ['rehearse', '--outage', '5h..2h'],
    ['"5h..2h"', 'ends before it begins'],
  ],
  ['a rehearsal without settings', ['rehearse', '--settings', 'no.json'], ['no.json cannot be read']],
])('%s is refused with exit code 2 before anything starts', async (_, parameters, texts) => {
  const { code, stdout, stderr } = await runCli(parameters, nowhere);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  for (const text of texts) expect(stderr).toContain(text);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

const every: [string, string[]][] = [
  ['setup', ['setup']],
  ['worker', ['worker']],
  ['track', ['track', 'job-1', ...team]],
  ['describe', ['describe', 'job-1', ...team]],
  ['list', ['list']],
  ['results', ['results', 'job-1', ...team]],
  ['import --attach', ['import', '--attach', 'some-id']],
  ['import', ['import', __filename, ...organizations]],
];

test.each(every)('%s refuses a bad environment with exit code 2', async (_, parameters) => {
  const { code, stderr } = await runCli(parameters, {
    ...nowhere,
    MICRO_BASE_URL: 'ftp://example.test',
    PRISM_REQUESTS_PER_SECOND: 'abc',
  });
  expect(code).toBe(2);
  // The worker writes JSON.
  const text = stderr.replaceAll('\\"', '"');
  expect(text).toContain('MICRO_BASE_URL: saw "ftp://example.test", expected an http or https URL');
  expect(text).toContain('PRISM_REQUESTS_PER_SECOND: saw "abc", expected a number');
});

test('worker without a key says so', async () => {
  const { code, stderr } = await runCli(['worker'], nowhere);
  expect(code).toBe(2);
  expect(stderr).toContain('MICRO_API_KEY: saw nothing, expected an API key');
});

test('a Temporal server that cannot be reached is named, with exit code 1', async () => {
  const runs = every.map(
    ([, parameters]) =>
      startCli(parameters, { ...nowhere, MICRO_API_KEY: 'some-key', PRISM_STORAGE: 'file:/dev/null/none' })
        .ended,
  );
  for (const { code, stdout, stderr } of await Promise.all(runs)) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Temporal at 127.0.0.1:1 cannot be reached');
    expect(stderr).toContain('check TEMPORAL_ADDRESS');
  }
});

test('output that cannot be written ends with 1 and says why; a reader who has gone is no error', async () => {
  const shell = (command: string) =>
    promisify(execFile)('bash', ['-c', `set -o pipefail; ${command}`], {
      env: { ...process.env, RUN: `'${process.execPath}' '${program}'` },
    });
  await expect(shell('eval "$RUN --help" > /dev/full')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^The output could not be written in full: ENOSPC/) as string,
  });
  const { stderr } = await shell('(sleep 0.2; eval "$RUN --help") | true');
  expect(stderr).toBe('');
});
