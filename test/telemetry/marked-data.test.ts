import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { killLeftCli, runCli } from '../cli/support/run-cli';
import { allDescriptions, allHistories } from './support/everything-kept';
import {
  mark,
  rowCounts,
  runWithMarkedData,
  teamId,
  troubledJobId,
  type MarkedRun,
} from './support/marked-run';
import { readMetrics, total } from './support/metrics-page';
import type { ReceivedSpan } from './support/otlp-receiver';

let run: MarkedRun;

beforeAll(async () => {
  run = await runWithMarkedData();
}, 180_000);
afterAll(async () => {
  killLeftCli();
  await run?.close();
});

/** Traces are sent by and by: waits until there is one of each request that the worker made. */
const allSpans = () => run.receiver.until((spans) => spans.filter(isRequest).length >= requestsOfWorker());
const isRequest = ({ kind }: ReceivedSpan) => kind === 3; // SPAN_KIND_CLIENT
/** All but the one that the test has made itself. */
const requestsOfWorker = () => run.emulator.controller.journal.length - 1;

describe('key, e-mail addresses and values of rows', () => {
  test('reach the API', () => {
    const { contact } = run.emulator.controller.counts(teamId);
    expect(contact).toBe(rowCounts.imported + rowCounts.followed);
  });

  test('are in no history', async () => {
    const histories = await allHistories(run.env);
    expect(histories).toContain(run.jobId);
    expect(histories).toMatch(/rate.?limit|429/i);
    expect(histories).not.toMatch(mark);
  });

  test('are in no description, detail, search attribute or answer to a query', async () => {
    const descriptions = await allDescriptions(run.env, {
      trackImport: 'status',
      importRecords: 'progress',
    });
    expect(descriptions).toContain('PrismJobId');
    expect(descriptions).toContain('rate_limited');
    expect(descriptions).toContain('| Retention');
    expect(descriptions).not.toMatch(mark);
  });

  test.each([
    { jobId: () => run.jobId, flags: [] },
    { jobId: () => run.jobId, flags: ['--json'] },
    { jobId: () => troubledJobId, flags: [] },
    { jobId: () => troubledJobId, flags: ['--json'] },
  ])('are in no output of describe $flags', async ({ jobId, flags }) => {
    const { stdout } = await runCli(['describe', jobId(), '--team', teamId, ...flags], {
      TEMPORAL_ADDRESS: run.env.address,
    });
    expect(stdout).toContain(jobId());
    expect(stdout).not.toMatch(mark);
  });

  test('are in no line of the log', () => {
    expect(run.worker.log()).toContain('worker is ready');
    expect(run.worker.log()).toContain('"level":"debug"');
    expect(run.worker.log()).not.toMatch(mark);
  });

  test('are in no metric', async () => {
    const { text } = await readMetrics(run.metricsUrl);
    expect(text).toContain('prism_polls_total');
    expect(text).not.toMatch(mark);
  });

  test('are in no trace', async () => {
    await allSpans();
    const sent = Buffer.concat(run.receiver.bodies).toString();
    expect(sent).toContain('RunActivity:getImportStatus');
    expect(sent).not.toMatch(mark);
  });
});

describe('metrics', () => {
  test('no label holds an id', async () => {
    const { samples } = await readMetrics(run.metricsUrl);
    const labels = JSON.stringify(samples.map((sample) => sample.labels));
    for (const { jobId } of run.emulator.controller.journal) expect(labels).not.toContain(jobId ?? teamId);
    expect(labels).not.toContain('telemetry-');
  });

  test('count what the API has seen', async () => {
    const { samples } = await readMetrics(run.metricsUrl);
    const { requests } = run.emulator.controller;
    const launches = requests({ operation: 'import' }).length - 1;
    const polls = requests({ operation: 'status' }).length;
    const made = 'prism_api_requests_total';
    expect(total(samples, made, { operation: 'launch' })).toBe(launches);
    expect(total(samples, made, { operation: 'status' })).toBe(polls);
    expect(total(samples, 'prism_api_requests_this_month')).toBe(launches + polls);
    expect(total(samples, 'prism_api_quota_requests')).toBe(5000);
    const took = 'prism_api_request_duration_seconds_count';
    expect(total(samples, took, { operation: 'launch', outcome: 'rate_limited' })).toBe(1);
    expect(total(samples, took, { operation: 'launch', outcome: 'ok' })).toBe(launches - 1);
    const good = requests({ operation: 'status', status: 200 }).length;
    expect(total(samples, took, { operation: 'status', outcome: 'ok' })).toBe(good);
    const errors = 'prism_api_errors_total';
    expect(total(samples, errors, { operation: 'launch', class: 'rate_limited' })).toBe(1);
    expect(total(samples, errors, { operation: 'status', class: 'unavailable' })).toBe(1);
    const busy = requests({ operation: 'status', status: 429 }).length;
    expect(total(samples, errors, { operation: 'status', class: 'rate_limited' })).toBe(busy);
    expect(total(samples, 'prism_polls_total', { result: 'rate_limited' })).toBe(busy);
    expect(total(samples, errors, { operation: 'status', class: 'malformed' })).toBe(0);
  });

  test('count every import and every row once', async () => {
    const { samples } = await readMetrics(run.metricsUrl);
    const jobs = (await run.emulator.controller.jobs()).length;
    expect(jobs).toBe(4);
    expect(total(samples, 'prism_imports_ended_total', { status: 'complete' })).toBe(jobs);
    expect(total(samples, 'prism_imports_ended_total', { status: 'timed_out' })).toBe(1);
    expect(total(samples, 'prism_imports_ended_total')).toBe(jobs + 1);
    expect(total(samples, 'prism_polls_total', { result: 'complete' })).toBe(jobs);
    expect(total(samples, 'prism_detection_delay_seconds_count')).toBe(jobs);
    const rows = 'prism_rows_total';
    const { imported, followed } = rowCounts;
    expect(total(samples, rows, { outcome: 'created' })).toBe(imported + followed);
    expect(total(samples, rows, { outcome: 'failed' })).toBe(2);
    expect(total(samples, rows)).toBe(imported + followed + 2);
  });

  test('are all in the documentation, and nothing else is', async () => {
    const { text } = await readMetrics(run.metricsUrl);
    const served = [...text.matchAll(/^# TYPE (prism_\S+) (\w+)$/gm)].map(([, ...metric]) => metric);
    const page = readFileSync(join(__dirname, '..', '..', 'docs', 'metrics.md'), 'utf8');
    const written = [...page.matchAll(/^\| `(prism_\w+)` +\| (\w+)/gm)].map(([, ...metric]) => metric);
    expect(written.sort()).toEqual(served.sort());
  });

  test('there are series for the pollers of both task queues', async () => {
    const { samples } = await readMetrics(run.metricsUrl);
    expect(total(samples, 'prism_task_queue_pollers', { queue: 'workflow' })).toBeGreaterThanOrEqual(0);
    expect(total(samples, 'prism_task_queue_pollers', { queue: 'http' })).toBeGreaterThanOrEqual(0);
    expect(total(samples, 'prism_unfinished_imports')).toBe(0);
    expect(total(samples, 'prism_oldest_import_expiry_seconds')).toBeNaN();
  });

  test('the SDK serves its own beside them, in seconds', async () => {
    const { samples } = await readMetrics(run.metricsUrl);
    expect(total(samples, 'temporal_workflow_completed_total')).toBe(6);
    expect(total(samples, 'temporal_activity_execution_latency_seconds_count')).toBeGreaterThan(0);
  });
});

describe('traces', () => {
  test('a request is a span of its activity, named by its route', async () => {
    const spans = await allSpans();
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const requests = spans.filter(isRequest);
    expect(requests).toHaveLength(requestsOfWorker());
    for (const { name, parentSpanId } of requests) {
      const activity = byId.get(parentSpanId)?.name;
      expect([activity, name]).toEqual(
        name.startsWith('GET')
          ? ['RunActivity:getImportStatus', 'GET /v2/prism/{teamId}/imports/{jobId}']
          : ['RunActivity:startSelectedRows', 'POST /v2/prism/{teamId}/{objectType}/import'],
      );
    }
    const statuses = requests.map(({ attributes }) => attributes['http.response.status_code']);
    expect(new Set(statuses)).toEqual(new Set([200, 202, 429, 503]));
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['prism-imports']));
  });

  test('whatever is done for a workflow, also by its children, belongs to the trace it was started in', async () => {
    const spans = await allSpans();
    const id = Buffer.from(run.traceId, 'hex').toString('base64');
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([id]));
    const activities = spans.filter((span) => !isRequest(span));
    const workflows = new Set(activities.map(({ attributes }) => attributes['temporalWorkflowId']));
    expect(workflows.size).toBe(6);
    expect(workflows).toContain('telemetry-pipeline/batch-0001');
  });
});

describe('health', () => {
  test.each([
    { path: '/live', status: 200, body: { status: 'ok', reasons: [] } },
    { path: '/ready', status: 200, body: { status: 'ok', reasons: [] } },
    { path: '/ready?from=probe', status: 200, body: { status: 'ok', reasons: [] } },
    { path: '/', status: 404, body: { status: 'unavailable', reasons: ['there are /live and /ready'] } },
  ])('GET $path answers $status', async ({ path, status, body }) => {
    const response = await fetch(run.healthUrl + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual(body);
  });
});

test('with everything on, a worker still stops on SIGTERM with exit code 0', async () => {
  expect(await run.worker.stop()).toBe(0);
  await expect(fetch(`${run.healthUrl}/live`)).rejects.toThrow();
});
