import { retentionMs } from '../../core/api/limits';
import type { ListedImport } from '../../temporal/listing/listing';
import { pollTimes } from '../budget/poll-times';
import { seededRandom } from '../budget/random';
import type { Trace } from '../budget/traces';

/** Polls of the trackers that were asked. */
export interface PollsWanted {
  made: number;
  /** To come if each ends as its progress predicts, or else when the API forgets it. */
  expected: number;
  /** To come if none tells progress any more, and each lasts until the API forgets it. */
  most: number;
}

/** Counts the polls that were made, and by the tracker's own schedule under its defaults those that are to come. */
export function pollsWanted(rows: readonly ListedImport[], nowMs: number): PollsWanted {
  const wanted: PollsWanted = { made: 0, expected: 0, most: 0 };
  const times = rememberedTimes();
  for (const { asked, startedAt, expiresAt } of rows) {
    if (asked == null) continue;
    const beganMs = Date.parse(startedAt);
    const ageMs = Math.max(0, nowMs - beganMs);
    const longestMs = expiresAt === null ? retentionMs : Date.parse(expiresAt) - beganMs;
    const toCome = (durationMs: number, total: number | null) =>
      Math.max(1, times(Math.max(durationMs, ageMs), total).filter((atMs) => atMs > ageMs).length);
    const most = toCome(longestMs, null);
    const endMs = asked.estimatedEndAt === null ? null : Date.parse(asked.estimatedEndAt) - beganMs;
    wanted.made += asked.polls;
    wanted.most += most;
    wanted.expected += endMs === null ? most : Math.min(most, toCome(endMs, 1000));
  }
  return wanted;
}

/** When imports are polled that take so long, to the minute; of many that are alike it is replayed once. */
function rememberedTimes(): (durationMs: number, total: number | null) => number[] {
  const known = new Map<string, number[]>();
  return (durationMs, total) => {
    const minutes = Math.min(Math.ceil(durationMs / 60_000), retentionMs / 60_000 - 1);
    const key = `${minutes} ${total}`;
    const times = known.get(key) ?? pollTimes(traceOf(minutes * 60_000, total), {}, seededRandom(1));
    known.set(key, times);
    return times;
  };
}

const traceOf = (durationMs: number, total: number | null): Trace => ({
  durationMs: Math.max(durationMs, 1),
  total,
  progress:
    total === null
      ? []
      : [
          [0, 0],
          [durationMs, total],
        ],
});
