import { createHash } from 'node:crypto';
import { drawPlan, planSchema, stores, type ChaosPlan } from './support/plan';

const options = { durationMs: 600_000, imports: 10, pipelines: 2 };

test('the same seed draws the same plan, another one another', () => {
  expect(drawPlan('one', options)).toEqual(drawPlan('one', options));
  expect(drawPlan('one', options).events).not.toEqual(drawPlan('two', options).events);
});

test('the seeds of docs/reliability.md draw the events for which it gives results, and later ones besides', () => {
  const hour = { durationMs: 360_000, imports: 180, pipelines: 24 };
  const plans = Array.from({ length: 10 }, (_, index) => drawPlan(String(index + 1), hour));
  const isLater = ({ action }: ChaosPlan['events'][number]) => action === 'full' || action === 'read-only';
  const first = plans.map(({ events }) => events.filter((event) => !isLater(event)));
  expect(createHash('sha256').update(JSON.stringify(first)).digest('hex')).toBe(
    '0d2bf837d5a06b6a12882829f923973bd76169185a83869094c78f7e3e169b20',
  );
  for (const { store, events } of plans)
    expect(events.filter(isLater)).toHaveLength(store === 'disk' ? 12 : 0);
});

test.each(stores)('in ten minutes with a store on %s everything goes wrong that can', (store) => {
  const { events } = drawPlan('seed', { ...options, store });
  const kinds = new Set(events.map(({ target, action }) => `${action} ${target}`));
  const gateway = ['kill', 'terminate', 'freeze', 'cut', 'stall'].map((action) => `${action} gateway`);
  const own = store === 's3' ? gateway : ['away disk', 'full disk', 'read-only disk'];
  for (const kind of [...own, 'kill server', 'cut worker-1', 'hang api', 'step clock'])
    expect(kinds).toContain(kind);
  if (store === 'disk') for (const kind of gateway) expect(kinds).not.toContain(kind);
});

test('a plan that was saved is read as it was, its events in the order of time and within its duration', () => {
  const plan = drawPlan('seed', options);
  expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  const times = plan.events.map(({ atMs }) => atMs);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  expect(times.at(-1)).toBeLessThanOrEqual(options.durationMs);
});

test('a plan with an event that nothing can do is refused', () => {
  const plan = drawPlan('seed', options);
  const event = { atMs: 1, forMs: 1, target: 'disk', action: 'kill' };
  expect(planSchema.safeParse({ ...plan, events: [event] }).success).toBe(false);
});
