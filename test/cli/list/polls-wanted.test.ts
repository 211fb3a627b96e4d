import { pollsWanted } from '../../../src/cli/list/polls-wanted';
import type { AskedState, ListedImport } from '../../../src/temporal/listing/listing';

const startMs = Date.parse('2026-11-24T12:00:00Z');
const minute = 60_000;
const at = (minutes: number) => new Date(startMs + minutes * minute).toISOString();
const row = (asked: Partial<AskedState> | null): ListedImport => ({
  ...{ status: 'processing', teamId: 't', jobId: 'j', workflowId: 'w', runId: 'r', problem: null },
  ...{ startedAt: at(0), endedAt: null, expiresAt: at(7 * 24 * 60) },
  asked: asked && {
    ...{ polls: 4, fraction: null, nextPollAt: null, estimatedEndAt: null },
    ...{ problemSince: null, problemMessage: null, ...asked },
  },
});

test('an import without progress wants what the schedule spends until the API forgets it', () => {
  const { made, expected, most } = pollsWanted([row({})], startMs + minute);
  expect(made).toBe(4);
  expect(expected).toBe(most);
  // Of about 120 in seven days, those of the first minute are made.
  expect(most).toBeGreaterThan(90);
  expect(most).toBeLessThan(120);
});

test('one whose end is near wants a few, and one that gave no answer is not counted', () => {
  const rows = [row({ estimatedEndAt: at(12) }), row(null), row({ estimatedEndAt: at(12) })];
  const { made, expected, most } = pollsWanted(rows, startMs + 10 * minute);
  expect(made).toBe(8);
  expect(expected).toBeGreaterThanOrEqual(2);
  expect(expected).toBeLessThan(12);
  expect(most).toBeGreaterThan(150);
});

test('one whose time is over wants one more', () => {
  expect(pollsWanted([row({})], startMs + 8 * 24 * 60 * minute)).toMatchObject({ expected: 1, most: 1 });
});
