import { benches, organizations, root } from './client';
import {
  created,
  error,
  exchangeOf,
  failed,
  imported,
  launched,
  running,
  status,
  sync,
} from './contract-samples';
import type { Sample } from './contract-samples';
import { Conversation } from './conversation';

const bench = benches();
const requestHeaders = { 'idempotency-key': 'k' };
const replay = { requestHeaders, headers: { 'idempotent-replay': 'true' } };
const first = imported(sync, { requestHeaders });
const other = { ...sync, results: [{ ...created, id: '5f0f4f3e-2b58-4a7e-8f0f-0b6c8b2f9a02' }, failed] };

function problemsIn(samples: Sample[], settings: { stateFile?: string } = {}): string[] {
  const conversation = new Conversation(settings);
  return samples.flatMap((sample, index) => {
    const headers = { 'x-request-id': `req_${index}`, ...sample.headers };
    const exchange = exchangeOf({ ...sample, headers });
    return conversation.problems(exchange, conversation.send(exchange));
  });
}

test('a replay that is marked, and an import that is executed, are good', () => {
  const another = imported(other, { requestHeaders: { 'idempotency-key': 'another' } });
  expect(problemsIn([first, imported(sync, replay), another])).toEqual([]);
});

test('an emulator with a state file may replay what an earlier one was asked', () => {
  expect(problemsIn([imported(sync, replay)], { stateFile: 'state.jsonl' })).toEqual([]);
});

test.each<[string, Sample[]]>([
  ['without Idempotency-Key', [imported(sync, { headers: replay.headers })]],
  ['on the first request with its key', [imported(sync, replay)]],
  ['on an answer that was not given before', [first, imported(other, replay)]],
  ['is not true', [first, imported(sync, { requestHeaders, headers: { 'idempotent-replay': '1' } })]],
  ['replay of a failure', [first, imported({ error }, { ...replay, status: 500 })]],
  ['idempotent-replay is missing', [first, first]],
  ['idempotent-replay is missing', [launched(running), launched(running)]],
  ['was given before', [status(running), status(running, { headers: { 'x-request-id': 'req_0' } })]],
])('"%s" is found', (found, samples) => {
  expect(problemsIn(samples)).toEqual([expect.stringContaining(found)]);
});

test('the client of a bench fails on an answer that was spoilt, unless it is told not to look', async () => {
  const { post, get, unchecked, emulator } = await bench();
  const { body } = await post(`${root}/deal/import`, organizations(100, {}));
  const path = `${root}/imports/${String(body['job_id'])}`;
  emulator.controller.addRule({ operation: 'status', alter: { fields: { status: 'queued' } } });
  await expect(get(path)).rejects.toThrow(/against the contract[^]*body\/status/);
  expect((await unchecked.get(path)).body['status']).toBe('queued');
});

test('the client of a bench fails on a replay that is not what was sent before', async () => {
  const { post, emulator } = await bench();
  const path = `${root}/deal/import`;
  await post(path, organizations(2, {}), requestHeaders);
  emulator.controller.addRule({ operation: 'import', alter: { headers: { 'idempotent-replay': 'true' } } });
  await expect(post(path, organizations(2, {}), { 'idempotency-key': 'new' })).rejects.toThrow(
    /on the first request/,
  );
});
