import { contradictions, executions, sentAgain } from '../../support/accounting';
import { countRow, noRows, sumTotals } from '../../../src/core/pipeline/row-totals';
import type { Facts, FollowedImport, IndexEntry, Party, RunPipeline, ReceivedEnd } from './facts';

/** Violations of what we promise. */
type FindingKind =
  /** Somebody never received the end of an import, or a pipeline has no report. */
  | 'lost'
  /** Somebody received two different ends of one import. */
  | 'notified-twice'
  /** An end differs from what the API says, or its rows from the API's. */
  | 'untrue'
  /** A row exists twice, or was sent twice where that was not harmless. */
  | 'written-twice'
  /** Lines of a report, its totals and the API's records do not add up. */
  | 'report'
  /** A stored object is missing, or differs from what was stored. */
  | 'storage'
  /** The index contradicts the outcomes. */
  | 'index';

/** A violation: where, and what in words. */
export interface Finding {
  kind: FindingKind;
  of: string;
  what: string;
}

/** The violations that a run has shown; empty if everything is as promised. */
export function audit(facts: Facts): Finding[] {
  return [
    ...facts.imports.flatMap(auditImport),
    ...facts.pipelines.flatMap(auditPipeline),
    ...auditIndex(facts),
  ];
}

/**
 * Whether two ends are the same one delivered again. Signals are delivered at least once; these fields identify
 * repeats.
 */
const isSame = (one: ReceivedEnd, other: ReceivedEnd): boolean =>
  one.status === other.status && one.endedAt === other.endedAt;

/** The number of ends that were signalled again, which the receiver recognizes. */
export const repeatedSignals = ({ way, ends }: Party): number =>
  way === 'signal' ? ends.filter((end, index) => ends.slice(0, index).some((e) => isSame(e, end))).length : 0;

function auditImport({ jobId, truth, parties }: FollowedImport): Finding[] {
  return parties.flatMap(({ name, way, ends, failure }): Finding[] => {
    const of = `${jobId} for ${name} (${way})`;
    const [first, ...others] = ends;
    if (first === undefined) return [{ kind: 'lost', of, what: failure ?? 'was never told' }];
    const found: Finding[] = [];
    if (others.some((end) => way !== 'signal' || !isSame(end, first)))
      found.push({ kind: 'notified-twice', of, what: ends.map(({ status }) => status).join(', then ') });
    return [...found, ...auditEnd(of, first, truth)];
  });
}

function auditEnd(of: string, end: ReceivedEnd, truth: FollowedImport['truth']): Finding[] {
  if (end.storageProblem !== null) return [{ kind: 'storage', of, what: end.storageProblem }];
  if (end.status !== truth.status)
    return [{ kind: 'untrue', of, what: `was told ${end.status}, it is ${truth.status}` }];
  if (JSON.stringify(end.ids) !== JSON.stringify(truth.ids))
    return [{ kind: 'untrue', of, what: 'was told other rows than the API has' }];
  return [];
}

function auditPipeline(pipeline: RunPipeline): Finding[] {
  const { workflowId: of, report, failure } = pipeline;
  if (report === null) return [{ kind: 'lost', of, what: failure ?? 'has no report' }];
  const say =
    (kind: Finding['kind']) =>
    (what: string): Finding => ({ kind, of, what });
  return [
    ...writtenTwice(pipeline).map(say('written-twice')),
    ...notAddingUp(report, pipeline.domains.length).map(say('report')),
    ...contradictions(report.lines, pipeline.domains, pipeline.records).map(say('report')),
    ...(pipeline.withDedupe ? unclearWithDedupe(report) : []).map(say('report')),
  ];
}

/**
 * Rows that exist twice. Without `dedupe_by`, also requests that were repeated after an answer that may have been lost,
 * whatever their result.
 */
function writtenTwice({ withDedupe, records, requests }: RunPipeline): string[] {
  const twice = records.filter(
    ({ domain }, index) => records.findIndex((other) => other.domain === domain) !== index,
  );
  const found = twice.map(({ domain }) => `${domain} is there twice`);
  if (withDedupe) return found;
  const again = sentAgain(requests).map(({ idempotencyKey }) => `${idempotencyKey} was sent again`);
  const carriedOut = [...executions(requests)].flatMap(([key, count]) =>
    count > 1 ? [`${key} was carried out ${count} times`] : [],
  );
  return [...found, ...again, ...carriedOut];
}

type Report = NonNullable<RunPipeline['report']>;

function notAddingUp({ totals, imports, lines }: Report, rows: number): string[] {
  const found: string[] = [];
  if (lines.length !== rows || lines.some(({ row }, index) => row !== index + 1))
    found.push(`has ${lines.length} lines for ${rows} rows, or not each row once`);
  const counted = noRows();
  for (const { outcome } of lines) countRow(counted, outcome);
  for (const [of, sum] of [
    ['lines', counted],
    ['imports', sumTotals(imports.map((each) => each.totals))],
  ] as const)
    for (const name of Object.keys(counted) as (keyof typeof counted)[])
      if (sum[name] !== totals[name]) found.push(`${name}: ${totals[name]}, and ${sum[name]} by its ${of}`);
  return found;
}

/** With `dedupe_by`, a request with an unclear answer is retried until it is clear. */
const unclearWithDedupe = ({ totals: { unknown } }: Report): string[] =>
  unknown > 0 ? [`${unknown} rows are unknown in spite of dedupe_by`] : [];

function auditIndex({ imports, pipelines, index }: Facts): Finding[] {
  const received = new Map<string, string>();
  for (const { jobId, parties } of imports) {
    const end = parties.flatMap(({ ends }) => ends)[0];
    if (end !== undefined) received.set(jobId, end.status);
  }
  for (const { report } of pipelines)
    for (const { jobId, status } of report?.imports ?? []) if (jobId !== null) received.set(jobId, status);
  const indexed = new Set(index.map(({ jobId }) => jobId));
  const missing = [...received.keys()].filter((jobId) => !indexed.has(jobId));
  return [
    ...index.flatMap((entry) => contradictsOutcome(entry, received)),
    ...missing.map((of): Finding => ({ kind: 'index', of, what: 'is not in the index' })),
  ];
}

function contradictsOutcome(
  { workflowId: of, jobId, execution, importStatus }: IndexEntry,
  received: ReadonlyMap<string, string>,
): Finding[] {
  if (execution === 'RUNNING') return [{ kind: 'index', of, what: 'is still running' }];
  const expected = received.get(jobId ?? '');
  // Nobody received the others: another check finds that, or the job's pipeline no longer knows it.
  if (expected === undefined || expected === importStatus) return [];
  return [{ kind: 'index', of, what: `${importStatus} in the index, ${expected} by its outcome` }];
}
