import type { JournalEntry } from 'prism-emulator';
import type { ReportLine } from '../../src/report/report-line';
import { audit, type Finding } from './support/audit';
import type { Facts, FollowedImport, Party, RunPipeline, ReceivedEnd } from './support/facts';
import { figuresOf } from './support/figures';

const nothingMet = { kills: {}, failedWrites: {} };

const end: ReceivedEnd = {
  status: 'complete',
  endedAt: '2026-11-30T10:00:05.000Z',
  ids: ['a', 'b'],
  storageProblem: null,
};
const party: Party = { name: 'parent-0', way: 'child', ends: [end], failure: null };
const receiver: Party = { ...party, name: 'parent-1', way: 'signal' };
const truth = { status: 'complete', ids: ['a', 'b'], endedAtMs: Date.parse('2026-11-30T10:00:00.000Z') };
const followed: FollowedImport = { jobId: 'job-1', truth, parties: [party, receiver] };

const line = (row: number, outcome: ReportLine['outcome'], id: string | null): ReportLine => ({
  ...{ row, line: row + 1, outcome, id, error_code: null, error_message: null, batch: 0, job_id: 'job-2' },
});
const totals = { rows: 3, created: 2, updated: 0, existing: 0, failed: 1, unknown: 0 };
const launch = {
  operation: 'import',
  teamId: 'p',
  status: 202,
  did: 'launched',
  idempotencyKey: 'key-0-1',
} as JournalEntry;
const pipeline: RunPipeline = {
  workflowId: 'pipeline-0',
  withDedupe: false,
  domains: ['o1.example', 'o2.example', 'o3.example'],
  report: {
    totals,
    imports: [{ jobId: 'job-2', status: 'complete', totals }],
    lines: [line(1, 'created', 'x'), line(2, 'created', 'y'), line(3, 'failed', null)],
  },
  failure: null,
  records: [
    { id: 'x', domain: 'o1.example' },
    { id: 'y', domain: 'o2.example' },
  ],
  requests: [launch],
};
const indexed = (jobId: string) => ({
  ...{ workflowId: `tracker-${jobId}`, jobId, execution: 'COMPLETED', importStatus: 'complete' },
});
const right: Facts = {
  imports: [followed],
  pipelines: [pipeline],
  index: [indexed('job-1'), indexed('job-2')],
  journal: [launch],
};

/** The facts with another import, pipeline or index. */
const withParty = (change: Partial<Party>): Facts => ({
  ...right,
  imports: [{ ...followed, parties: [{ ...party, ...change }] }],
});
const withPipeline = (change: Partial<RunPipeline>): Facts => ({
  ...right,
  pipelines: [{ ...pipeline, ...change }],
});
const withReport = (change: Partial<NonNullable<RunPipeline['report']>>): Facts =>
  withPipeline({ report: { ...(pipeline.report as NonNullable<RunPipeline['report']>), ...change } });
const withIndex = (change: Partial<Facts['index'][number]>): Facts => ({
  ...right,
  index: [{ ...indexed('job-1'), ...change }, indexed('job-2')],
});

test('facts that agree have no findings', () => {
  expect(audit(right)).toEqual([]);
});

test.each<{ say: string; facts: Facts; kind: Finding['kind'] }>([
  { say: 'a parent that was never told', facts: withParty({ ends: [] }), kind: 'lost' },
  { say: 'a child that returns twice', facts: withParty({ ends: [end, end] }), kind: 'notified-twice' },
  {
    say: 'signals that contradict each other',
    facts: withParty({ way: 'signal', ends: [end, { ...end, endedAt: '2026-11-30T10:00:09.000Z' }] }),
    kind: 'notified-twice',
  },
  {
    say: 'an import that failed and is said to be complete',
    facts: withParty({ ends: [{ ...end, status: 'failed' }] }),
    kind: 'untrue',
  },
  { say: 'rows that are missing', facts: withParty({ ends: [{ ...end, ids: ['a'] }] }), kind: 'untrue' },
  { say: 'results left out', facts: withParty({ ends: [{ ...end, ids: null }] }), kind: 'untrue' },
  {
    say: 'a stored object that is gone',
    facts: withParty({ ends: [{ ...end, ids: null, storageProblem: 'no such object' }] }),
    kind: 'storage',
  },
  { say: 'a pipeline without a report', facts: withPipeline({ report: null }), kind: 'lost' },
  {
    say: 'a row that is there twice with dedupe_by',
    facts: withPipeline({
      withDedupe: true,
      records: [...pipeline.records, { id: 'z', domain: 'o1.example' }],
    }),
    kind: 'written-twice',
  },
  {
    say: 'a request sent again after an answer, without dedupe_by',
    facts: withPipeline({ requests: [launch, { ...launch, did: 'replayed', idempotencyKey: 'key-0-2' }] }),
    kind: 'written-twice',
  },
  {
    say: 'a request carried out twice',
    facts: withPipeline({ requests: [{ ...launch, status: 400 }, launch] }),
    kind: 'written-twice',
  },
  {
    say: 'a line that is missing',
    facts: withReport({ lines: (pipeline.report?.lines ?? []).slice(1) }),
    kind: 'report',
  },
  {
    say: 'totals of other lines',
    facts: withReport({ totals: { ...totals, created: 3, failed: 0 } }),
    kind: 'report',
  },
  {
    say: 'imports that do not add up',
    facts: withReport({
      imports: [{ jobId: 'job-2', status: 'complete', totals: { ...totals, created: 1 } }],
    }),
    kind: 'report',
  },
  { say: 'a row said to be there that is not', facts: withPipeline({ records: [] }), kind: 'report' },
  {
    say: 'a row said to have failed that is there',
    facts: withPipeline({ records: [...pipeline.records, { id: 'z', domain: 'o3.example' }] }),
    kind: 'report',
  },
  {
    say: 'unknown rows in spite of dedupe_by',
    facts: {
      ...withPipeline({
        withDedupe: true,
        report: {
          totals: { ...totals, failed: 0, unknown: 1 },
          imports: [{ jobId: 'job-2', status: 'complete', totals: { ...totals, failed: 0, unknown: 1 } }],
          lines: [line(1, 'created', 'x'), line(2, 'created', 'y'), line(3, 'unknown', null)],
        },
      }),
    },
    kind: 'report',
  },
  { say: 'a tracker that still runs', facts: withIndex({ execution: 'RUNNING' }), kind: 'index' },
  { say: 'an index with another status', facts: withIndex({ importStatus: 'processing' }), kind: 'index' },
  { say: 'an import that the index does not have', facts: withIndex({ jobId: 'job-9' }), kind: 'index' },
])('the audit finds $say', ({ facts, kind }) => {
  expect(audit(facts).map((finding) => finding.kind)).toContain(kind);
});

test('an end that is signalled again is known again, and counted', () => {
  const facts = withParty({ way: 'signal', ends: [end, end] });
  expect(audit(facts)).toEqual([]);
  expect(figuresOf(facts, [], [], nothingMet, 0).repeatedSignals).toBe(1);
});

test('without dedupe_by unknown rows are counted, whether the API has them or not', () => {
  const unknown = { ...totals, failed: 0, unknown: 1 };
  const report = {
    totals: unknown,
    imports: [{ jobId: 'job-2', status: 'complete', totals: unknown }],
    lines: [line(1, 'created', 'x'), line(2, 'created', 'y'), line(3, 'unknown', null)],
  };
  const there = [...pipeline.records, { id: 'z', domain: 'o3.example' }];
  for (const records of [pipeline.records, there]) {
    const facts = withPipeline({ report, records });
    expect(audit(facts)).toEqual([]);
    expect(figuresOf(facts, [], [], nothingMet, 0).unknownRows).toBe(1);
  }
});

test('the delay is from the end of an import to that of its tracking', () => {
  expect(figuresOf(right, [], [], nothingMet, 0)).toMatchObject({
    delaySecondsP50: 5,
    delaySecondsP95: 5,
    rows: 3,
  });
});
