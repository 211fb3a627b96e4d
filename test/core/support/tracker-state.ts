import { newTrackerState, type TrackerState } from '../../../src/core/tracker/state';

/** When the trackers of these tests start: an arbitrary moment. */
export const startMs = Date.parse('2026-03-01T12:00:00.000Z');

/** A tracker's state, `startMs` being its submission, with what a test cares about. */
export function stateOf(facts: Partial<TrackerState> = {}): TrackerState {
  const state = newTrackerState({
    startedAtMs: startMs,
    submittedAt: undefined,
    waitTimeoutMs: undefined,
    draw: 0,
  });
  return { ...state, ...facts };
}
