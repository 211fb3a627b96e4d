import type { Payload } from '@temporalio/common';
import { testWaves, type Attacks } from './support/behind-the-wall';
import { failureOf } from './support/failure-of';
import { jsonPayload, queryRaw, rawPayload, signalRaw, startRaw, updateRaw } from './support/raw-messages';
import { teamId, type WallSite } from './support/site';
import { onTracker } from './support/victims';

const json = (text: string) => rawPayload(text, { encoding: 'json/plain' });
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** 2 MB of JSON with 180,000 fields that no schema knows. */
const manyKeys = json(`{${times(180_000, (index) => `"k${index}":1`).join()}}`);

const encodings: [string, Payload, RegExp][] = [
  ...[
    'json/protobuf',
    'binary/protobuf',
    'binary/plain',
    'binary/zlib',
    'binary/encrypted',
    'x-unknown/thing',
  ].map((encoding): [string, Payload, RegExp] => [
    `in ${encoding}`,
    rawPayload(Buffer.from([0x78, 0x9c, 0xff, 0x00]), {
      encoding,
      messageType: 'x.Y',
      'encryption-key-id': 'k',
    }),
    new RegExp(encoding),
  ]),
  ['in an encoding with control characters', rawPayload('x', { encoding: '\u001b]0;x\u0007' }), /^[ -~]*$/],
  ['in an encoding whose name has 100 kB', rawPayload('x', { encoding: 'e'.repeat(100_000) }), /encoding e+/],
  ['in an empty encoding', rawPayload('x', { encoding: '' }), /encoding/],
  ['without metadata', rawPayload('{"workflowId":"w"}'), /encoding/],
  ['without anything', {}, /encoding/],
  ['in binary/null', rawPayload('', { encoding: 'binary/null' }), /expected an object/],
  ['that is JSON no more', json('{"workflowId": '), /JSON/],
  ['of 10,000 levels', json(`${'['.repeat(10_000)}${']'.repeat(10_000)}`), /./],
];

/** Sends a payload by every way that leads into a tracker. */
const byEveryWay = (payloads: Payload[]) =>
  onTracker(async (site, { handle: { workflowId } }) => {
    for (const name of ['subscribe', 'pollNow', 'nobodyKnowsThis']) {
      for (let sent = 0; sent < 3; sent += 1) await signalRaw(site, workflowId, name, payloads);
    }
    await expectRefused(site, workflowId, 'setPolling', payloads);
    await queryRaw(site, workflowId, payloads);
  });

async function expectRefused(
  site: WallSite,
  workflowId: string,
  name: string,
  payloads: Payload[],
): Promise<void> {
  const message = await updateRaw(site, workflowId, name, payloads);
  expect(message).toBeTruthy();
  expect(message?.length).toBeLessThan(5000);
}

const each = <T>(entries: readonly T[], attack: (entry: T) => [string, Attacks[string]]): Attacks =>
  Object.fromEntries(entries.map(attack));

const sizes: Attacks = {
  'eight signals of 2 MB with 180,000 unknown fields': onTracker(async (site, { handle }) => {
    for (let sent = 0; sent < 8; sent += 1) await signalRaw(site, handle.workflowId, 'subscribe', [manyKeys]);
  }),
  'updates and queries with 2 MB': onTracker(async (site, { handle: { workflowId } }) => {
    for (let sent = 0; sent < 4; sent += 1) {
      await expectRefused(site, workflowId, 'setPolling', [manyKeys]);
      await expectRefused(site, workflowId, 'nobodyKnowsThis', [manyKeys]);
      await queryRaw(site, workflowId, [manyKeys]);
    }
  }),
  'signals that nobody knows, named as members of every object': onTracker(async (site, victim) => {
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'importFinished', ' '];
    for (const name of names) await signalRaw(site, victim.handle.workflowId, name, [manyKeys]);
  }),
  'five hundred signals that nobody knows': onTracker(async (site, { handle: { workflowId } }) => {
    const payload = json(JSON.stringify('x'.repeat(10_000)));
    for (let batch = 0; batch < 10; batch += 1) {
      await Promise.all(
        times(50, (index) => signalRaw(site, workflowId, `unknown-${batch}-${index}`, [payload])),
      );
    }
  }),
  'headers and a memo of any encoding and size': onTracker(async (site, { handle: { workflowId } }) => {
    const header = {
      '_tracer-data': rawPayload(Buffer.alloc(500_000, 0x78), { encoding: 'x/y' }),
      other: {},
    };
    for (let sent = 0; sent < 4; sent += 1) await signalRaw(site, workflowId, 'pollNow', [], header);
    const note = rawPayload('?', { encoding: 'x/y' });
    const started = await startRaw(site, 'trackImport', [jsonPayload({ teamId, jobId: 'nothing' })], {
      memo: { fields: { note, huge: json(`"${'x'.repeat(100_000)}"`) } },
      header: { fields: header },
    });
    expect(await started.result()).toMatchObject({ status: 'expired' });
  }),
};

const floodNames = ['pollNow', 'subscribe', 'nobodyKnowsThis', 'importFinished'];

const flood: Attacks = {
  // More than the server holds back during one workflow task: it fails the task, and the worker replays them all.
  'ten thousand signals': onTracker(async (site, { handle: { workflowId } }) => {
    const payload = json('{"workflowId":1}');
    for (let batch = 0; batch < 100; batch += 1) {
      const sent = times(100, (index) =>
        signalRaw(site, workflowId, floodNames[index % floodNames.length] ?? '', [payload]),
      );
      await Promise.all(sent);
    }
  }),
};

/** Starts workflows with a payload; each must fail with `InvalidInput` and these words. */
const asInput =
  (payload: Payload, says: RegExp, types = ['trackImport', 'importRecords']) =>
  async (site: WallSite): Promise<void> => {
    const handles = await Promise.all(types.map((type) => startRaw(site, type, [payload])));
    for (const handle of handles) {
      const { type, message } = await failureOf(handle);
      expect(type).toBe('InvalidInput');
      expect(message).toMatch(says);
      expect(message.length).toBeLessThan(5000);
    }
  };

const ids = `"teamId":"${teamId}","jobId":"j"`;
const source = '"objectType":"contact","source":{"uri":"file:///nowhere.csv","format":"csv"';
const badMapping = (entries: number) =>
  json(`{"teamId":"t",${source},"mapping":{${times(entries, (index) => `"c${index}":1`).join()}}}}`);
const entriesOf = (count: number, entry: string) => times(count, () => entry).join();

const inputs: Attacks = {
  'a list of 900,000 numbers, twelve times': async (site) => {
    const fail = asInput(json(`{${ids},"notify":[${entriesOf(900_000, '1')}]}`), /bytes/, ['trackImport']);
    await Promise.all(times(12, () => fail(site)));
  },
  'a mapping of 150,000 bad entries': asInput(badMapping(150_000), /bytes/, ['importRecords']),
  'just below the limits, four times': async (site) => {
    const fields = times(18_000, (index) => `"k${index}":1`).join();
    const attacks = [
      asInput(json(`{${ids},"notify":[${entriesOf(9000, '{"x":1}')}]}`), /notify/, ['trackImport']),
      asInput(json(`{${ids},${fields}}`), /k0|objectType/),
      asInput(badMapping(18_000), /mapping/, ['importRecords']),
    ];
    await Promise.all(times(4, () => attacks.map((attack) => attack(site))).flat());
  },
};

testWaves({
  'messages of any encoding are ignored or refused, and inputs fail with InvalidInput that names it': {
    ...each(encodings, ([name, payload]) => [`messages ${name}`, byEveryWay([payload])]),
    ...each(encodings, ([name, payload, says]) => [`inputs ${name}`, asInput(payload, says)]),
    'messages without payloads': byEveryWay([]),
    'messages with a thousand payloads': byEveryWay(times(1000, () => json('1'))),
  },
  'of any number of signals to one tracker it and its neighbour see the end': flood,
  'messages of any size and number are ignored or refused': sizes,
  'inputs of any size fail with InvalidInput, which says so': inputs,
});
