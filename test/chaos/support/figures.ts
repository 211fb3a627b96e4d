import type { ChaosEvent } from './plan';
import { repeatedSignals, type Finding } from './audit';
import type { Facts } from './facts';

/** The figures of a run; times are in seconds. */
export interface Figures {
  imports: number;
  parties: number;
  pipelines: number;
  rows: number;
  /** Number of faults, by target. */
  events: Record<string, number>;
  /** SIGKILLs of a running process, by process. */
  kills: Record<string, number>;
  /** Writes that failed, by fault of the disk; empty for another store. */
  failedWrites: Record<string, number>;
  requests: number;
  /** Requests that a fault acted on. */
  faultyAnswers: number;
  polls: number;
  lost: number;
  notifiedTwice: number;
  /** Ends that were signalled again, and recognized. */
  repeatedSignals: number;
  writtenTwice: number;
  /** Rows of pipelines without `dedupe_by` whose outcome is unknown. */
  unknownRows: number;
  findings: number;
  wallSeconds: number;
  /** From the end of an import to the end of its tracking; null if there are none. */
  delaySecondsP50: number | null;
  delaySecondsP95: number | null;
}

/** Summarizes a run; `met` is what its faults did to processes and disk. */
export function figuresOf(
  facts: Facts,
  findings: readonly Finding[],
  events: readonly ChaosEvent[],
  met: Pick<Figures, 'kills' | 'failedWrites'>,
  wallMs: number,
): Figures {
  const { imports, pipelines, journal } = facts;
  const parties = imports.flatMap((each) => each.parties);
  const count = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).length;
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const delays = imports.flatMap(delaysOf);
  return {
    imports: imports.length,
    parties: parties.length,
    pipelines: pipelines.length,
    rows: sum(pipelines.map(({ domains }) => domains.length)),
    events: countBy(events),
    ...met,
    requests: journal.length,
    faultyAnswers: journal.filter(({ rule }) => rule !== null).length,
    polls: journal.filter(({ operation }) => operation === 'status').length,
    lost: count('lost'),
    notifiedTwice: count('notified-twice'),
    repeatedSignals: sum(parties.map(repeatedSignals)),
    writtenTwice: count('written-twice'),
    unknownRows: sum(pipelines.map(({ report }) => report?.totals.unknown ?? 0)),
    findings: findings.length,
    wallSeconds: wallMs / 1000,
    delaySecondsP50: quantile(delays, 0.5),
    delaySecondsP95: quantile(delays, 0.95),
  };
}

function countBy(events: readonly ChaosEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { target } of events) counts[target] = (counts[target] ?? 0) + 1;
  return counts;
}

/** How late each end was found; parties that share a tracker count once. */
function delaysOf({ truth, parties }: Facts['imports'][number]): number[] {
  const ends = new Set(parties.flatMap(({ ends }) => ends.flatMap(({ endedAt }) => endedAt ?? [])));
  return [...ends].map((endedAt) => Math.max(0, Date.parse(endedAt) - truth.endedAtMs) / 1000);
}

function quantile(values: number[], share: number): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
