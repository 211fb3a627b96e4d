import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** A response that nobody expects of the API, or one that is only large. */
export interface AnswerCase {
  name: string;
  body: () => Buffer;
  /** The expected result: it is read, or refused with a message that matches. */
  end: 'read' | RegExp;
  /** How it is compressed; default gzip. */
  packing?: 'br' | 'gzip' | 'identity';
}

/** How a response was handled. */
export interface AnswerRun {
  name: string;
  /** `read`, or the error message. */
  end: string;
  rows: number;
  /** Compressed size in bytes. */
  bytes: number;
  ms: number;
  /**
   * Longest time that everything else was blocked, in milliseconds: the smaller of wall-clock and CPU time, so that a
   * busy machine does not count.
   */
  stallMs: number;
  /** Peak memory of the process, in MB. */
  peakMb: number;
}

const job = (members: string) => Buffer.from(`{"job_id":"j","status":"complete",${members}}`);
const list = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => one(n)).join();
const row = (n: number) =>
  `{"input_index":${n},"id":"5f0f4f3e-2b58-4a7e-8f0f-${String(n).padStart(12, '0')}","created":true}`;
const million = 1_000_000;

/** The largest response that anybody should expect, and those made to harm its reader. */
export const answerCases: readonly AnswerCase[] = [
  { name: '300,000 rows', body: () => job(`"results":[${list(300_000, row)}]`), end: 'read' },
  {
    name: '3,000,000 empty rows',
    body: () => job(`"results":[${list(3 * million, () => '{}')}]`),
    end: 'read',
  },
  {
    name: '85,000 empty rows, held',
    body: () => job(`"results":[${list(85_000, () => '{}')}]`),
    end: 'read',
  },
  {
    name: 'a row of 4 MB of text',
    body: () => job(`"results":[{"id":"${'é'.repeat(2 * million)}"}]`),
    end: 'read',
  },
  {
    name: 'a row of 4 MB of escapes',
    body: () => job(`"results":[{"id":"${'\\u00e9'.repeat(690_000)}"}]`),
    end: 'read',
  },
  { name: 'a job of 4 MB of blanks', body: () => job(`"x":1${' '.repeat(4 * million)}`), end: 'read' },
  { name: '15 MB of [', body: () => Buffer.alloc(15 * million, '['), end: /64 levels/ },
  {
    name: '15 MB of [ as it is',
    body: () => Buffer.alloc(15 * million, '['),
    end: /64 levels/,
    packing: 'identity',
  },
  {
    name: '15 MB of [ in a row',
    body: () => job(`"results":[${'['.repeat(15 * million)}`),
    end: /64 levels/,
  },
  { name: '15 MB of {"a":', body: () => Buffer.from('{"a":'.repeat(3 * million)), end: /64 levels/ },
  {
    name: '14 MB of one text',
    body: () => job(`"x":"${'a'.repeat(14 * million)}"`),
    end: /4194304 bytes besides/,
  },
  {
    name: 'a row of 14 MB of text',
    body: () => job(`"results":[{"id":"${'a'.repeat(14 * million)}"}]`),
    end: /without the end/,
  },
  {
    name: '14 MB of escapes',
    body: () => job(`"x":"${'\\u0041'.repeat(2.4 * million)}"`),
    end: /bytes besides/,
  },
  {
    name: '200,000 keys',
    body: () => job(list(200_000, (n) => `"k${n}":1`)),
    end: /1000 members in one object/,
  },
  {
    name: '200,000 keys in a row',
    body: () => job(`"results":[{${list(200_000, (n) => `"k${n}":1`)}}]`),
    end: /1000 members in one/,
  },
  { name: '200,000 numbers', body: () => job(`"x":[${list(200_000, String)}]`), end: /10000 members/ },
  {
    name: '200,000 objects in a row',
    body: () => job(`"results":[{"x":[${list(200_000, () => '{}')}]}]`),
    end: /10000 members/,
  },
  {
    name: 'a number of 10 MB',
    body: () => job(`"total":${'1'.repeat(10 * million)}`),
    end: /1024 bytes in a number/,
  },
  {
    name: 'a name of 10 MB',
    body: () => job(`"${'k'.repeat(10 * million)}":1`),
    end: /1024 bytes in a member/,
  },
  { name: '15 MB of blanks', body: () => job(`"x":1${' '.repeat(15 * million)}`), end: /bytes besides/ },
  {
    name: '200 MB of rows in 400 bytes',
    body: () => job(`"results":[${Buffer.alloc(200 * million, '{},').toString()}{}]`),
    end: /500 times/,
    packing: 'br',
  },
];

interface Task {
  port: number;
  name: string;
}

/** Reads each case in its own process, with a heap of `heapMb`, and returns how it went. */
export async function runAnswerCases(cases: readonly AnswerCase[], heapMb = 256): Promise<AnswerRun[]> {
  const runs: AnswerRun[] = [];
  for (const each of cases) {
    const packed = pack(each);
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-encoding': each.packing ?? 'gzip' });
      response.on('error', () => undefined).end(packed);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const run = await inChild({ port, name: each.name }, heapMb);
      runs.push({ ...run, bytes: packed.length });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }
  return runs;
}

function pack({ body, packing = 'gzip' }: AnswerCase): Buffer {
  if (packing === 'identity') return body();
  return packing === 'br' ? brotliCompressSync(body()) : gzipSync(body());
}

async function inChild(task: Task, heapMb: number): Promise<AnswerRun> {
  const program = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');
  const child = fork(program, ['hostile-answers', 'read', JSON.stringify(task)], {
    execArgv: [`--max-old-space-size=${heapMb}`],
  });
  const reported: unknown[] = [];
  child.on('message', (message) => reported.push(message));
  await once(child, 'close');
  return (
    (reported[0] as AnswerRun | undefined) ?? { ...nothing, name: task.name, end: 'the process has died' }
  );
}

const nothing: AnswerRun = {
  name: '',
  end: '',
  rows: 0,
  bytes: 0,
  ms: 0,
  stallMs: Infinity,
  peakMb: Infinity,
};
