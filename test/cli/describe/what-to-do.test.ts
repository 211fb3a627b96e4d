import { trackerToDo } from '../../../src/cli/describe/what-to-do';
import { adviceOn } from '../../../src/core/details/advice';
import { expectNoContradiction, standings } from '../../core/details/support/standings';

const nowMs = Date.parse('2026-03-08T12:00:00Z');
const at = (offsetMs: number) => new Date(nowMs + offsetMs).toISOString();
const toDo = (status: string, problem: string | null, isOver: boolean, failureType: string | null = null) =>
  trackerToDo({ status, problem, expiresAt: at(isOver ? -1 : 1) }, failureType, nowMs);

test.each(standings.filter(({ status }) => status !== 'expired'))(
  'the advice on $status with the problem $problem and retention $retention is that of the UI',
  ({ status, problem, isOver }) => {
    const said = toDo(status, problem, isOver, status === 'error' ? 'PrismUnavailable' : null);
    expectNoContradiction(said, { status, problem, isOver });
    const inUi = adviceOn({ status, problem, isOver });
    if (status !== 'error' || isOver)
      expect(said).toBe(inUi === null ? null : `${inUi} See docs/problems.md`);
    else expect(said).toContain('can reach the API, then start again');
  },
);

test('a terminated tracker is a cancelled one, and an expired one says itself what it is', () => {
  expect(toDo('terminated', null, true)).toBe(toDo('cancelled', null, true));
  expect(toDo('terminated', null, false)).toMatch(/Track it again/);
  expect(toDo('expired', null, true)).toBeNull();
});

test('where nobody knows until when the API keeps it, it may still do so', () => {
  expect(trackerToDo({ status: 'timed_out', problem: null, expiresAt: null }, null, nowMs)).toMatch(
    /while the API still keeps it/,
  );
});
