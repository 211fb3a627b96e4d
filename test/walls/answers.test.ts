import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { pollNowSignal, statusQuery } from '../../src/workflows/messages';
import { until } from '../support/until';
import { testWaves, type Attacks } from './support/behind-the-wall';
import type { WireAnswer } from './support/gate';
import { privateData } from './support/private-data';
import type { WallSite } from './support/site';
import { onTracker, startPipeline } from './support/victims';

const million = 1_000_000;
const gzipped = (text: string | Buffer): WireAnswer => ({
  headers: { 'content-encoding': 'gzip' },
  body: gzipSync(text),
});
const list = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => one(n)).join();
const job = (members: string) => `{"job_id":"j","status":"complete",${members}}`;

/** Answers to polls that are no answers of this API, with the problem that a tracker shows meanwhile. */
const answers: [string, WireAnswer, string][] = [
  ['15 MB of opening brackets in 14 kB', gzipped(Buffer.alloc(15 * million, '[')), 'malformed'],
  ['15 MB of opening braces', gzipped('{"a":'.repeat(3 * million)), 'malformed'],
  ['15 MB of brackets within a row', gzipped(job(`"results":[${'['.repeat(15 * million)}`)), 'malformed'],
  ['200,000 fields', gzipped(job(list(200_000, (n) => `"k${n}":1`))), 'malformed'],
  [
    '200,000 fields in a row',
    gzipped(job(`"results":[{${list(200_000, (n) => `"k${n}":1`)}}]`)),
    'malformed',
  ],
  ['a text of 14 MB', gzipped(job(`"x":"${'a'.repeat(14 * million)}"`)), 'malformed'],
  ['a number of 10 MB', gzipped(job(`"total":${'1'.repeat(10 * million)}`)), 'malformed'],
  ['bytes that are not packed as said', { headers: { 'content-encoding': 'gzip' }, body: 'not gzip' }, ''],
  ['an encoding that nobody knows', { headers: { 'content-encoding': 'x-nobody' }, body: '{}' }, 'malformed'],
  ['no JSON', { body: '<html>' }, 'malformed'],
  ['another job', { body: '{"job_id":"another","status":"complete","results":[]}' }, 'malformed'],
  ['nothing', { body: '' }, 'malformed'],
  ['the secrets that it was sent', echo(429), 'rate_limited'],
  ['the secrets, as an error of its own', echo(500), 'unavailable'],
  ['a redirection to another host', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, ''],
  ['a redirection to a file', { status: 307, headers: { location: 'file:///etc/passwd' } }, ''],
  [
    'a header of 60 kB',
    (response) => response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(60_000)}\r\n\r\n{}`),
    'unavailable',
  ],
  ['a body that is cut off', (response) => cutOff(response), 'unavailable'],
];

function echo(status: number): WireAnswer {
  const message = `${privateData.apiKey} of ${privateData.tenant}`;
  return {
    status,
    headers: { 'retry-after': '0' },
    body: JSON.stringify({ error: { code: message, message } }),
  };
}

function cutOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"job_id":', () => response.destroy());
}

const attackWith = (answer: WireAnswer, problem: string) =>
  onTracker(async ({ gate }, { handle, jobId }) => {
    gate.answer(jobId, answer);
    const seen = () => handle.query(statusQuery);
    await until(async () => (await seen()).problem !== null);
    const shown = (await seen()).problem;
    expect(shown?.code).toMatch(problem);
    expect(shown?.message.length).toBeLessThan(2500);
    gate.answer(jobId, null);
    await handle.signal(pollNowSignal);
  });

/** Answers so many polls under a `Date` a year ahead, by which the job would be long forgotten. */
const aYearAhead = (polls: number, status: number) =>
  onTracker(async ({ gate }, { handle, jobId }) => {
    let answered = 0;
    const job = { job_id: jobId, status: 'processing', total: 10, processed: 1 };
    gate.answer(jobId, (response) => {
      answered += 1;
      const date = new Date(Date.now() + 365 * 86_400_000).toUTCString();
      response.writeHead(status, { 'content-type': 'application/json', date });
      response.end(status === 404 ? '{}' : JSON.stringify(job));
      if (answered === polls) gate.answer(jobId, null);
    });
    await until(() => answered === polls);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await handle.signal(pollNowSignal);
    await until(async () => (await handle.query(statusQuery)).polls > polls + 1);
  });

const dates: Attacks = {
  'on one answer that shows the job': aYearAhead(1, 200),
  'on six answers that show the job': aYearAhead(6, 200),
  'on a 404': aYearAhead(1, 404),
};

const cell = privateData.cell;
const rowsSent = 10;
const accepted = (jobId: unknown): WireAnswer => ({ status: 202, body: JSON.stringify({ job_id: jobId }) });

/** Answers to a request to import that are none; what was sent may have been imported. */
const launches: Record<string, WireAnswer> = {
  'a job without an id': accepted(null),
  'a job whose id leads elsewhere': accepted('..'),
  'a job whose id has control characters': accepted('a\u001b]0;x\u0007\r\nx-evil: 1'),
  'a job whose id has 10 kB': accepted('j'.repeat(10_000)),
  'a job whose id is an object': accepted({ toString: 1 }),
  '15 MB of opening brackets': gzipped(Buffer.alloc(15 * million, '[')),
  'rows within rows': gzipped(`{"results":[${'['.repeat(15 * million)}`),
  'results of rows that were not sent': {
    body: JSON.stringify({ results: [-1, 1e9, 0.5, '0', null].map((at) => ({ input_index: at, id: cell })) }),
  },
  'results that are no list': { body: '{"results":{"0":{}}}' },
  'the rows that it was sent': {
    status: 500,
    body: JSON.stringify({ error: { code: cell, message: `${cell} 0 of ${privateData.apiKey}` } }),
  },
  'the rows that it was sent, as a refusal': {
    status: 400,
    body: JSON.stringify({ error: { code: 'bad', message: `${cell} 0 of ${privateData.apiKey}` } }),
  },
};

const launchedWith =
  (answer: WireAnswer) =>
  async (site: WallSite): Promise<void> => {
    const rows = list(rowsSent, (row) => `${cell} ${row}`).replaceAll(',', '\n');
    const uri = site.source(`${randomUUID()}.csv`, `first_name\n${rows}`);
    const team = randomUUID();
    site.gate.answer(`/${team}/contact/import`, answer);
    const pipeline = await startPipeline(site, { uri, format: 'csv' }, { teamId: team });
    const { totals, imports } = await pipeline.report();
    expect(totals).toMatchObject({ rows: rowsSent, created: 0 });
    for (const { message } of imports) expect(message?.length ?? 0).toBeLessThan(2500);
  };

testWaves({
  'polls that are answered with what is no answer are tried again': Object.fromEntries(
    answers.map(([name, answer, problem]) => [name, attackWith(answer, problem)]),
  ),
  'a Date header a year ahead ends no import that goes on': dates,
  'rows whose import is answered with what is no answer are failed or unknown': Object.fromEntries(
    Object.entries(launches).map(([name, answer]) => [name, launchedWith(answer)]),
  ),
});
