import type { LongWait } from '../../../src/cli/rehearse/is-unserved';
import { lostText, unservedText } from '../../../src/cli/rehearse/worker-texts';
import { queueType } from '../../../src/temporal/task-queues';

const nowMs = Date.parse('2026-11-30T12:00:00Z');
const at = { address: '127.0.0.1:7233', nowMs, timeoutMs: 600_000 };
const start = 'Start your worker, with TEMPORAL_ADDRESS=127.0.0.1:7233';

const wait = (workflowId: string, changes: Partial<LongWait> = {}): LongWait => ({
  id: workflowId,
  workflowId,
  workflowType: 'ImportOrders',
  taskQueue: 'orders',
  type: queueType.workflow,
  attempt: 1,
  sinceMs: nowMs - 15_000,
  ...changes,
});

test('says what waits, on which task queue, for how long, and what to do', () => {
  expect(unservedText([wait('order-1')], at)).toBe(
    `No worker polls the task queue orders: order-1 has waited for 15 s. ${start}; otherwise the rehearsal ends in 9 min 45 s.`,
  );
});

test('counts each workflow once, and ends never without a limit', () => {
  const waits = ['order-2', 'order-1', 'order-3'].map((id) => wait(id, { type: queueType.activity }));
  expect(
    unservedText([wait('order-1', { type: queueType.activity }), ...waits], { ...at, timeoutMs: Infinity }),
  ).toBe(
    `No worker polls the task queue orders for activities: order-1 and 2 more have waited for 15 s. ${start}.`,
  );
});

test('sends a tracker to the task queue that the rehearsal serves', () => {
  const tracker = wait('order-1/import', { workflowType: 'trackImport', taskQueue: 'prism-import' });
  expect(unservedText([tracker], at)).toContain('Start trackImport on the task queue prism-imports;');
});

test('does not say when the rehearsal ends once the time is over', () => {
  const waits = [wait('order-1', { type: queueType.activity, sinceMs: nowMs - 95_000 })] as const;
  expect(unservedText(waits, { ...at, timeoutMs: 20_000 })).toBe(
    `No worker polls the task queue orders for activities: order-1 has waited for 1 min 35 s. ${start}.`,
  );
});

test('says at the end how long the workflow has waited in truth', () => {
  expect(lostText(wait('order-1', { sinceMs: nowMs - 95_900 }), nowMs)).toBe(
    'The rehearsal has ended: order-1 waited for 1 min 35 s, but no worker polled the task queue orders.',
  );
});
