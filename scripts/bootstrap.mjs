// Behind `npm start`, `npm test`, `npm run check` and `npm run test:interop`: prepares a fresh checkout, then runs the
// command. Uses only Node itself, because it runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const oldestNode = [20, 19];
const installLimitMs = 20 * 60_000;
const tickMs = 15_000;
const quiet = Boolean(process.env.CI) && process.env.CI !== 'false';
const usage = 'Usage: node scripts/bootstrap.mjs start|test|check|interop [arguments passed on]';

const say = (line) => process.stderr.write(`${line}\n`);
const at = (...parts) => join(root, ...parts);

/** The exit code for the signal that stopped this script, if any. */
let stopCode;

/** Ends the script with a message instead of a stack trace. */
class Refusal extends Error {}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new Refusal(
    `Node ${process.versions.node} is too old: install Node ${oldestNode.join('.')} or later.`,
  );
}

/**
 * Runs a program to its end and returns its exit code, 128 + n after signal n. With `capture`, its output is shown only
 * if it fails. Passes on signals to stop, unless they come from a terminal, which sends them to the program as well.
 */
function run(program, parameters, { capture = false, label, limitMs } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = capture ? ['ignore', 'pipe', 'pipe'] : 'inherit';
    const child = spawn(program, parameters, { cwd: root, stdio });
    let output = '';
    for (const stream of capture ? [child.stdout, child.stderr] : []) {
      stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-20_000)));
    }
    const startedAt = Date.now();
    const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
    const tick =
      label && !quiet ? setInterval(() => say(`  … ${label} for ${elapsed()}`), tickMs) : undefined;
    const limit = limitMs && setTimeout(() => child.kill('SIGKILL'), limitMs);
    const hasTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
    const onInterrupt = () => {
      stopCode = 128 + constants.signals.SIGINT;
      if (!hasTerminal) child.kill('SIGINT');
    };
    const onTerminate = () => {
      stopCode = 128 + constants.signals.SIGTERM;
      child.kill('SIGTERM');
    };
    process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
    const finish = () => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
      clearInterval(tick);
      clearTimeout(limit);
    };
    child.once('error', (error) => (finish(), reject(error)));
    child.once('close', (code, signal) => {
      finish();
      if (code !== 0) process.stderr.write(output);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** Whether node_modules matches the lock file; npm records what it installed as its last step. */
function isInstalled() {
  const noted = at('node_modules', '.package-lock.json');
  if (!existsSync(noted)) return false;
  const { packages: installed } = JSON.parse(readFileSync(noted, 'utf8'));
  const { packages: locked } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
  return Object.entries(locked).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || optional || devOptional || installed[path]?.version === version,
  );
}

async function install() {
  if (isInstalled()) return;
  say('Installing the npm packages of package-lock.json, once: 570 MB on disk, usually 20 s to 2 min …');
  const cli = process.env.npm_execpath ?? '';
  const npm = basename(cli) === 'npm-cli.js' ? [process.execPath, cli] : ['npm'];
  const options = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--fetch-timeout=60000',
    '--fetch-retries=1',
  ];
  const code = await run(npm[0], [...npm.slice(1), ...options], {
    capture: true,
    label: 'installing',
    limitMs: installLimitMs,
  }).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Refusal('npm was not found on PATH: install it with Node (https://nodejs.org).');
  });
  if (stopCode) process.exit(stopCode);
  if (code !== 0) {
    throw new Refusal(
      '`npm ci` failed (see above). Is the npm registry reachable, and is there space on the disk?',
    );
  }
}

async function build() {
  const code = await run(process.execPath, [at('scripts', 'build.mjs'), '--if-changed'], {
    capture: true,
    label: 'building',
  });
  if (code !== 0) process.exit(stopCode ?? code);
}

const jest = at('node_modules', 'jest', 'bin', 'jest.js');

/**
 * What must pass before any test runs, the longest first. With `cached`, unchanged files are not linted again, even if
 * their imports changed.
 */
const checks = (cached) => [
  [
    'lint',
    [
      'node_modules/eslint/bin/eslint.js',
      '.',
      ...(cached ? ['--cache', '--cache-location', '.cache/eslint'] : []),
    ],
  ],
  [
    'types',
    [
      'node_modules/typescript/bin/tsc',
      '--noEmit',
      '--incremental',
      '--tsBuildInfoFile',
      '.cache/tsbuildinfo',
    ],
  ],
  [
    'format',
    [
      'node_modules/prettier/bin/prettier.cjs',
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-location=.cache/prettier',
      '.',
    ],
  ],
  ['unused code and dependencies', ['node_modules/knip/bin/knip.js', '--no-progress']],
  ['circles of imports', ['scripts/check-circles.mjs']],
  ['commit subjects', ['scripts/check-commits.mjs']],
];

/** Runs all checks, two at a time, and returns the names of those that failed; stops early at a signal. */
async function runChecks(cached) {
  const failed = [];
  const left = checks(cached).values();
  const lane = async () => {
    for (const [name, [program, ...options]] of left) {
      const code = await run(process.execPath, [at(program), ...options], { capture: true });
      if (stopCode) return;
      if (code !== 0) failed.push(name);
      say(`${name}: ${code === 0 ? 'ok' : 'FAILED (see above)'}`);
    }
  };
  await Promise.all([lane(), lane()]);
  return failed;
}

/** Runs all checks, then all tests of a configuration; returns 1 if any of them failed. */
async function checkAndTest(parameters, { cached = false } = {}) {
  const failed = await runChecks(cached);
  if (stopCode) return stopCode;
  return (await runJest(parameters)) || (failed.length > 0 ? 1 : 0);
}

/** `npm test` alone runs the checks, then all tests; with arguments it runs only jest with these arguments. */
const test = (parameters) =>
  parameters.length > 0 ? run(process.execPath, [jest, ...parameters]) : checkAndTest([]);

/** Runs all tests of a configuration; writes their counts to the file in `PRISM_TEST_REPORT`, if set. */
function runJest(parameters) {
  const report = process.env.PRISM_TEST_REPORT;
  const options = report ? ['--json', `--outputFile=${report}`] : [];
  return run(process.execPath, [jest, ...parameters, ...options]);
}

const verbs = {
  start: (parameters) => run(process.execPath, [at('dist', 'cli', 'main.js'), 'dev', ...parameters]),
  test,
  check: (parameters) => checkAndTest(['--config', 'jest.check.config.js', ...parameters], { cached: true }),
  interop: (parameters) => runJest(['--config', 'jest.interop.config.js', ...parameters]),
};

const [verb, ...parameters] = process.argv.slice(2);
try {
  checkNode();
  if (!Object.hasOwn(verbs, verb)) throw new Refusal(usage);
  await install();
  if (verb !== 'check') await build();
  process.exitCode = await verbs[verb](parameters);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  say(error.message);
  process.exitCode = 1;
}
