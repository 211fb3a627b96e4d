import { isUnserved } from '../../../src/cli/rehearse/is-unserved';
import { queueType } from '../../../src/temporal/task-queues';

const nowMs = Date.parse('2026-11-30T12:00:00Z');
const sinceMs = nowMs - 10_000;
const { workflow, activity } = queueType;

test.each([
  {
    what: 'a workflow task that nobody ever polled for',
    type: workflow,
    attempt: 1,
    polledMs: [],
    unserved: true,
  },
  {
    what: 'a workflow task whose worker has not polled since',
    type: workflow,
    attempt: 1,
    polledMs: [sinceMs - 1],
    unserved: true,
  },
  {
    what: 'a workflow task whose worker polls',
    type: workflow,
    attempt: 2,
    polledMs: [sinceMs - 1, sinceMs],
    unserved: false,
  },
  {
    what: 'a workflow task that waits after failures',
    type: workflow,
    attempt: 3,
    polledMs: [sinceMs - 1],
    unserved: false,
  },
  {
    what: 'an activity whose worker may be busy',
    type: activity,
    attempt: 1,
    polledMs: [nowMs - 60_000],
    unserved: false,
  },
  {
    what: 'an activity whose worker is gone',
    type: activity,
    attempt: 1,
    polledMs: [nowMs - 100_000],
    unserved: true,
  },
  {
    what: 'an activity that nobody ever polled for',
    type: activity,
    attempt: 1,
    polledMs: [],
    unserved: true,
  },
])('$what: unserved is $unserved', ({ type, attempt, polledMs, unserved }) => {
  const polls = polledMs.map((lastAccessMs) => ({ lastAccessMs }));
  expect(isUnserved({ type, attempt, sinceMs }, polls, nowMs)).toBe(unserved);
});
