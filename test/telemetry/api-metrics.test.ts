import type { PrismOptions } from '../../src/prism/http';
import { createApiMetrics } from '../../src/telemetry/api-metrics';
import { reply, startScriptedServer, type ScriptedServer } from '../support/scripted-server';
import { secretImport, secretiveClient } from '../support/secretive-client';
import { RecordingMeter } from './support/recording-meter';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const job = JSON.stringify({ job_id: 'j', status: 'processing' });

function measured(options: Partial<PrismOptions> = {}) {
  const recorded = new RecordingMeter();
  const { watchCall } = createApiMetrics(recorded.meter, { requestsPerMonth: 1000 });
  return { recorded, api: secretiveClient(server, { watchCall, ...options }) };
}

const requests = 'prism_api_requests';
const errors = 'prism_api_errors';
const durations = 'prism_api_request_duration_seconds';

test.each([
  { answers: 'a job', status: 200, body: job, outcome: 'ok' },
  { answers: '404, which is an answer', status: 404, body: '', outcome: 'ok' },
  { answers: '401', status: 401, body: '', outcome: 'key_refused' },
  { answers: '403', status: 403, body: '', outcome: 'key_refused' },
  { answers: '400', status: 400, body: '', outcome: 'invalid_request' },
  { answers: '429', status: 429, body: '', outcome: 'rate_limited' },
  { answers: '503', status: 503, body: '', outcome: 'unavailable' },
  { answers: 'no JSON', status: 200, body: 'hello', outcome: 'malformed' },
])(
  'a poll that the API answers with $answers has the outcome $outcome',
  async ({ status, body, outcome }) => {
    server.answer(reply(status, body));
    const { recorded, api } = measured();
    await api.getImport('team', 'j').catch(() => undefined);
    const operation = 'status';
    expect(recorded.of(requests, { operation })).toEqual([1]);
    expect(recorded.of(durations, { operation, outcome })).toHaveLength(1);
    if (outcome !== 'ok') expect(recorded.of(errors, { operation, class: outcome })).toEqual([1]);
  },
);

test('a launch whose answer is lost is unclear', async () => {
  server.answer(reply(500));
  const { recorded, api } = measured();
  await expect(api.startImport(secretImport)).rejects.toThrow();
  expect(recorded.of(errors, { operation: 'launch', class: 'unclear' })).toEqual([1]);
  expect(recorded.of(requests, { operation: 'launch' })).toEqual([1]);
});

test('a request that cannot be made is an error and no request', async () => {
  const { recorded, api } = measured();
  await expect(api.getImport('..', 'j')).rejects.toThrow();
  expect(recorded.of(errors, { operation: 'status', class: 'invalid_request' })).toEqual([1]);
  expect(recorded.of(requests, { operation: 'status' })).toEqual([0]);
});

test('waiting for a turn is no part of a request', () => {
  let elapsedMs = 0;
  const recorded = new RecordingMeter();
  const { watchCall } = createApiMetrics(recorded.meter, {
    requestsPerMonth: 1000,
    elapsed: () => elapsedMs,
  });
  const watch = watchCall({ operation: 'status', method: 'GET', route: '/', host: 'h', port: 1 });
  elapsedMs += 5000;
  watch.sent();
  elapsedMs += 250;
  watch.answered(200);
  watch.ended(null);
  expect(recorded.of(durations, { operation: 'status', outcome: 'ok' })).toEqual([0.25]);
});

test('every error is there at 0 before the first', () => {
  const { recorded } = measured();
  for (const operation of ['status', 'launch']) {
    for (const kind of ['key_refused', 'rate_limited', 'unavailable', 'malformed', 'unclear', 'other']) {
      expect(recorded.of(errors, { operation, class: kind })).toEqual([0]);
    }
  }
  expect(recorded.of('prism_api_quota_requests')).toEqual([1000]);
});

test('requests of the month count from the start of the worker, and begin anew with the month, in UTC', () => {
  let now = Date.parse('2026-11-30T23:59:59.999Z');
  const recorded = new RecordingMeter();
  const { watchCall, refresh } = createApiMetrics(recorded.meter, { requestsPerMonth: 10, now: () => now });
  const send = () => watchCall({ operation: 'status', method: 'GET', route: '/', host: 'h', port: 1 }).sent();
  const month = () => recorded.of('prism_api_requests_this_month');
  const since = () => recorded.of('prism_api_requests_since_seconds');
  expect(month()).toEqual([0]);
  const started = now / 1000;
  send();
  send();
  expect(month()).toEqual([2]);
  expect(since()).toEqual([started]);
  now += 3_600_000;
  refresh();
  expect(month()).toEqual([0]);
  expect(since()).toEqual([Date.parse('2026-12-01T00:00:00Z') / 1000]);
  send();
  expect(month()).toEqual([1]);
});
