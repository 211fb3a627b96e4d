import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { progressQuery } from '../../src/workflows/messages';
import {
  pipelineRigs,
  importPath,
  launches,
  organizations,
  readReport,
  smallBatches,
} from '../support/pipeline-rig';

const rig = pipelineRigs();
const dedupe = { options: { dedupe_by: 'primary_domain' } };

describe.each([{ maxCachedWorkflows: 100 }, { maxCachedWorkflows: 0 }])(
  'with $maxCachedWorkflows workflows cached',
  (cache) => {
    test('every row has one outcome and one line in the order of the input, whether its batch became a job or was answered at once', async () => {
      const { start, emulator } = await rig({ ...smallBatches, ...cache });
      const csv = organizations(25, { 4: 'broken', 12: 'Again,O1.example' });
      const handle = await start(csv, { ...dedupe, batchSize: 11, maxConcurrentImports: 1 });
      const report = await handle.result();

      expect(report.totals).toEqual({
        rows: 25,
        created: 23,
        updated: 0,
        existing: 1,
        failed: 1,
        unknown: 0,
      });
      expect(emulator.controller.counts().organization).toBe(23);
      expect(report.imports).toMatchObject([
        {
          batch: 1,
          status: 'complete',
          rows: 11,
          created: 10,
          failed: 1,
          jobId: expect.any(String) as string,
        },
        {
          batch: 2,
          status: 'complete',
          rows: 11,
          created: 10,
          existing: 1,
          jobId: expect.any(String) as string,
        },
        { batch: 3, status: 'complete', rows: 3, created: 3, jobId: null, polls: 0 },
      ]);
      const lines = readReport(report.reportUri);
      expect(lines.map(({ row }) => row)).toEqual(Array.from({ length: 25 }, (_, index) => `${index + 1}`));
      expect(lines[3]).toMatchObject({ line: '5', outcome: 'failed', error_code: 'malformed_row' });
      expect(lines[11]).toMatchObject({ outcome: 'existing', id: lines[0]?.['id'] });
      expect(readFileSync(fileURLToPath(report.failedRowsUri ?? ''), 'utf8')).toBe(
        'name,primary_domain\nbroken\n',
      );
      expect(await handle.query(progressQuery)).toEqual({
        phase: 'done',
        objectType: 'organization',
        rows: 25,
        batches: { total: 3, started: 3, finished: 3 },
        processed: 25,
        warnings: [],
        inFlight: [],
        stuck: false,
      });
    });
  },
);

test('imports the universities: 10,249 created and 2 existing in 11 imports', async () => {
  const { start, emulator } = await rig();
  const uri = pathToFileURL(join(__dirname, '../../data/universities.csv')).href;
  const report = await (await start({ uri }, dedupe)).result();
  expect(report.totals).toEqual({
    rows: 10_251,
    created: 10_249,
    updated: 0,
    existing: 2,
    failed: 0,
    unknown: 0,
  });
  expect(report.imports).toHaveLength(11);
  expect(report.failedRowsUri).toBeNull();
  expect(emulator.controller.counts().organization).toBe(10_249);
});

test('keeps at most maxConcurrentImports in flight, each under a key of its own', async () => {
  const { start, emulator } = await rig(smallBatches);
  let most = 0;
  emulator.controller.addRule({
    method: 'POST',
    path: importPath,
    respond: async () => {
      const running = (await emulator.controller.jobs()).filter(({ state }) => state === 'processing');
      most = Math.max(most, running.length + 1);
      return undefined;
    },
  });
  await (await start(organizations(80), { batchSize: 10, maxConcurrentImports: 3 })).result();
  expect(most).toBe(3);
  const keys = launches(emulator).map(({ idempotencyKey }) => idempotencyKey ?? '');
  expect(new Set(keys).size).toBe(8);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}-\d+-1$/);
});

test('no row contents enter the history', async () => {
  const { start } = await rig(smallBatches);
  const handle = await start(organizations(12, { 3: 'Secretive,x"y', 4: 'Secretive,o1.example' }), {
    batchSize: 10,
  });
  await handle.result();
  const history = JSON.stringify(await handle.fetchHistory()).replace(
    /"data":"([^"]*)"/g,
    (_, data: string) => Buffer.from(data, 'base64').toString('utf8'),
  );
  expect(history).toContain('Start batch 2 of 2');
  expect(history).not.toContain('Secretive');
});

test('the rows of an import that the API has forgotten are unknown, and the others are not', async () => {
  const { start, emulator } = await rig(smallBatches);
  emulator.controller.addRule({
    method: 'GET',
    path: /\/imports\//,
    times: 1,
    respond: ({ path }) => {
      emulator.controller.deleteJob(path.split('/').at(-1) ?? '');
      return { status: 404 };
    },
  });
  const report = await (await start(organizations(20), { batchSize: 10, maxConcurrentImports: 1 })).result();
  expect(report.totals).toMatchObject({ created: 10, unknown: 10 });
  expect(report.imports[0]).toMatchObject({
    status: 'expired',
    unknown: 10,
    message: expect.any(String) as string,
  });
});

test('a pipeline waits as long as its tracker lives, and takes it when nobody knows how an import ended', async () => {
  const { start, emulator, env } = await rig({
    emulator: { asyncThreshold: 10, job: { duration: '365d' } },
  });
  const polling = { backoffCoefficient: 3, maximumInterval: '12h' };
  const handle = await start(organizations(12), { batchSize: 12, polling });
  await env.sleep('9d');
  emulator.controller.addRule({ method: 'GET', respond: { status: 429 } });
  const report = await handle.result();
  expect(report.importsByStatus).toEqual({ lost: 1 });
  expect(report.totals).toMatchObject({ rows: 12, unknown: 12 });
  expect(report.imports[0]?.message).toMatch(/^it is unknown how the import ended: .*429/);
});
