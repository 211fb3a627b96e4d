import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { withoutAccounts } from '../src/config/config';
import { freePort } from '../src/dev/free-port';
import type { searchAttributes } from '../src/workflows/messages';
import { startDevServer } from './support/temporal';

const root = join(__dirname, '..');
const builtWorker = join(root, 'dist', 'worker.js');
const key = 'mk-0123456789-hunter2';

let ready: TestWorkflowEnvironment;
let bare: TestWorkflowEnvironment;
const children: ChildProcess[] = [];

beforeAll(async () => {
  ready = await startDevServer();
  bare = await startDevServer({
    searchAttributes: [
      defineSearchAttributeKey('PrismJobId', SearchAttributeType.TEXT),
    ] as unknown as typeof searchAttributes,
  });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all([ready?.teardown(), bare?.teardown()]);
});

type Line = Record<string, unknown> & { level: string; message: string };

/** The worker as a process of its own: what it logs, line by line, and how it ends. */
function startWorker(environment: Record<string, string>, program = builtWorker) {
  const child = spawn(process.execPath, [program], {
    env: { ...withoutAccounts(), TEMPORAL_CONFIG_FILE: '/dev/null', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const lines = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, lines: lines() }));
  const logged = async (message: string) => {
    for (;;) {
      const found = lines().find((line) => line.message === message);
      if (found !== undefined) return found;
      if (child.exitCode !== null) throw new Error(`the worker ended without saying "${message}":\n${text}`);
      await Promise.race([once(child.stderr, 'data'), ended]);
    }
  };
  return { child, ended, logged };
}

const serving = () => ({ TEMPORAL_ADDRESS: ready.address, MICRO_API_KEY: key });

test('a worker says which task queues it serves, and stops on SIGTERM with exit code 0', async () => {
  const worker = startWorker({ ...serving(), PRISM_TASK_QUEUE: 'some-queue' });
  const line = await worker.logged('worker is ready');
  expect(line).toMatchObject({
    level: 'info',
    address: ready.address,
    namespace: 'default',
    taskQueues: ['some-queue', 'some-queue-http'],
    pid: worker.child.pid,
  });
  await worker.logged(
    'PRISM_STORAGE is not set: row results larger than 256 KiB are dropped, and importRecords refuses every input.',
  );
  expect(new Date(String(line['time'])).getTime()).toBeGreaterThan(Date.now() - 60_000);
  worker.child.kill('SIGTERM');
  const { code, lines } = await worker.ended;
  expect(code).toBe(0);
  const messages = lines.map(({ message }) => message);
  expect(messages).toContain('worker has stopped');
  expect(messages.filter((message) => /No workflows registered/.test(String(message)))).toEqual([]);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

test('a worker names variables that look misspelt, without their values', async () => {
  const worker = startWorker({ ...serving(), PRISM_STORGE: 'file:/hunter2', MICRO_APIKEY: 'hunter2-key' });
  await worker.logged('worker is ready');
  await worker.logged('PRISM_STORGE is set, but there is no such variable; did you mean PRISM_STORAGE?');
  await worker.logged('MICRO_APIKEY is set, but there is no such variable; did you mean MICRO_API_KEY?');
  worker.child.kill('SIGTERM');
  expect(JSON.stringify((await worker.ended).lines)).not.toContain('hunter2');
});

test('SIGINT stops a worker as well', async () => {
  const worker = startWorker(serving());
  await worker.logged('worker is ready');
  worker.child.kill('SIGINT');
  expect((await worker.ended).code).toBe(0);
});

test('metrics are served where PRISM_METRICS_ADDRESS says', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const worker = startWorker({ ...serving(), PRISM_METRICS_ADDRESS: address });
  await worker.logged('worker is ready');
  expect(await (await fetch(`http://${address}/metrics`)).text()).toContain('temporal_');
  worker.child.kill('SIGTERM');
  expect((await worker.ended).code).toBe(0);
});

test.each([
  {
    why: 'the key is missing',
    exitCode: 2,
    environment: () => ({ TEMPORAL_ADDRESS: ready.address }),
    says: /MICRO_API_KEY: saw nothing, expected an API key/,
  },
  {
    why: 'the file of the key is missing',
    exitCode: 2,
    environment: () => ({ TEMPORAL_ADDRESS: ready.address, MICRO_API_KEY_FILE: '/missing/hunter' }),
    says: /MICRO_API_KEY_FILE: saw "\/missing\/hunter": it cannot be read \(ENOENT\)/,
  },
  {
    why: 'the client certificate is missing',
    exitCode: 2,
    environment: () => ({ ...serving(), PRISM_CLIENT_CERTIFICATE: '/missing', PRISM_CLIENT_KEY: '/missing' }),
    says: /PRISM_CLIENT_CERTIFICATE: saw "\/missing": it cannot be read \(ENOENT\)/,
  },
  {
    why: 'the API would be asked without TLS',
    exitCode: 2,
    environment: () => ({ ...serving(), MICRO_BASE_URL: 'http://api.example' }),
    says: /MICRO_BASE_URL: saw http to api\.example.*PRISM_PLAIN_HTTP=api\.example/,
  },
  {
    why: 'a variable is malformed',
    exitCode: 2,
    environment: () => ({ ...serving(), PRISM_STORAGE: 'nonsense' }),
    says: /PRISM_STORAGE: saw "nonsense", expected file:DIR or s3:/,
  },
  {
    why: 'nobody listens at the address',
    exitCode: 1,
    environment: () => ({ ...serving(), TEMPORAL_ADDRESS: '127.0.0.1:1' }),
    says: /Temporal at 127\.0\.0\.1:1 cannot be reached .*TEMPORAL_ADDRESS/,
  },
  {
    why: 'the namespace is missing',
    exitCode: 1,
    environment: () => ({ ...serving(), TEMPORAL_NAMESPACE: 'elsewhere' }),
    says: /has no namespace "elsewhere"/,
  },
  {
    why: 'a search attribute has another type',
    exitCode: 1,
    environment: () => ({ ...serving(), TEMPORAL_ADDRESS: bare.address }),
    says: /PrismJobId is Text, expected Keyword.*search-attribute remove/,
  },
])('refuses to start with exit code $exitCode when $why', async ({ environment, exitCode, says }) => {
  const { code, lines } = await startWorker(environment()).ended;
  expect(code).toBe(exitCode);
  const [last] = lines.slice(-1);
  expect(last).toMatchObject({ level: 'error', message: expect.stringMatching(says) as string });
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

test('refuses to start when search attributes are missing, with the command that creates them', async () => {
  const empty = await startDevServer({ searchAttributes: [] });
  try {
    const { code, lines } = await startWorker({ ...serving(), TEMPORAL_ADDRESS: empty.address }).ended;
    expect(code).toBe(1);
    expect(lines.at(-1)?.message).toMatch(
      /lacks the search attributes .*`prism-imports setup`.*search-attribute create/,
    );
  } finally {
    await empty.teardown();
  }
});

const sourceMap = Buffer.from('{"version":3,"file":"","sources":[],"mappings":""}').toString('base64');
test.each([
  { why: 'have no source map', bundle: 'var any = {};', says: /Can't extract inlined source map/ },
  {
    why: 'are no JavaScript',
    bundle: `this is none\n//# sourceMappingURL=data:application/json;base64,${sourceMap}`,
    says: /Unexpected identifier/,
  },
])('ends with exit code 1 and says why when the built workflows $why', async ({ bundle, says }) => {
  const copy = mkdtempSync(join(tmpdir(), 'prism-imports-test-'));
  try {
    cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    writeFileSync(join(copy, 'dist', 'workflow-bundle.js'), bundle);
    const { code, lines } = await startWorker(serving(), join(copy, 'dist', 'worker.js')).ended;
    expect(lines.at(-1)?.message).toMatch(says);
    expect(lines.at(-1)?.message).toContain(join(copy, 'dist', 'workflow-bundle.js'));
    expect(code).toBe(1);
  } finally {
    rmSync(copy, { recursive: true });
  }
});
