const { startPrismEmulator } = require('prism-imports/testing');
const { importContacts } = require('./import-contacts.js');

const teamId = '7951e46f-5947-4685-9da7-54824ebc0f4d';
const contacts = Array.from({ length: 250 }, (_, n) => ({
  full_name: `Contact ${n}`,
  email: `c${n}@example.com`,
}));

let emulator;
let api;

beforeEach(async () => {
  // The clock moves only when the test moves it, so no test waits for a job.
  emulator = await startPrismEmulator({ clock: 'manual', seed: 'contacts', job: { duration: '5m' } });
  const pause = async (ms) => emulator.controller.advance(ms);
  api = { baseUrl: emulator.baseUrl, apiKey: 'any', teamId, pause };
});
afterEach(() => emulator.close());

test('every contact is created once, each batch launched under a key of its own', async () => {
  expect(await importContacts(api, contacts, { run: 'monday' })).toEqual({
    created: 250,
    existing: 0,
    failed: 0,
  });
  expect(emulator.controller.counts(teamId).contact).toBe(250);
  const launches = emulator.controller.requests({ operation: 'import' });
  expect(launches.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
    'monday/0',
    'monday/100',
    'monday/200',
  ]);
});

test('a lost answer launches nothing twice', async () => {
  const { controller } = emulator;
  controller.addRule({ operation: 'import', nth: 2, respond: 'reset-after' });
  await importContacts(api, contacts, { run: 'monday' });
  expect(controller.requests({ did: 'launched' })).toHaveLength(2);
  expect(controller.requests({ did: 'replayed' })).toMatchObject([
    { idempotencyKey: 'monday/100', rows: 100 },
  ]);
  expect(controller.counts(teamId).contact).toBe(250);
});

test.each([
  { respond: 'reset-before' },
  { respond: { status: 429, headers: { 'retry-after': '30' } } },
  { alter: { status: 502 } },
  { alter: { truncate: 0.5 } },
  { send: { cut: 0.5 } },
])('no contact is lost or doubled after %j', async (fault) => {
  const rule = emulator.controller.addRule({ operation: 'import', times: 2, ...fault });
  const { created, existing, failed } = await importContacts(api, contacts, { run: 'monday' });
  expect({ done: created + existing, failed }).toEqual({ done: 250, failed: 0 });
  expect(emulator.controller.counts(teamId).contact).toBe(250);
  expect(rule.acted()).toBe(2);
});

test('an hour of trouble is waited out', async () => {
  emulator.controller.addRule({ until: '1h', respond: { status: 503, headers: { 'retry-after': '1800' } } });
  expect(await importContacts(api, contacts, { run: 'monday' })).toMatchObject({ created: 250 });
});

test('contacts that are there already, and one that is refused, are counted as such', async () => {
  await importContacts(api, contacts.slice(0, 10), { run: 'monday' });
  const more = [...contacts.slice(0, 20), { full_name: 'Nobody', email: 'no address' }];
  expect(await importContacts(api, more, { run: 'tuesday' })).toEqual({
    created: 10,
    existing: 10,
    failed: 1,
  });
});

test('a job that fails as a whole fails the import', async () => {
  const failed = { code: 'import_worker_failed', message: 'out of memory' };
  emulator.controller.addRule({ operation: 'import', job: { end: { failed, at: 0.4 } } });
  await expect(importContacts(api, contacts, { run: 'monday' })).rejects.toThrow('out of memory');
});
