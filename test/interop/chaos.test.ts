import { drawPlan, ofWrites, type ChaosPlan } from '../chaos/support/plan';
import { runPlan, type ChaosRun } from '../chaos/support/run-plan';

const onDisk = drawPlan('night', { durationMs: 20_000, imports: 8, pipelines: 4, store: 'disk' });
/** From the start, when no pipeline has stored its plan. Each fails a write, if only a repeated one. */
const faultsOfWrites = ofWrites.map((action) => ({
  ...{ target: 'disk' as const, action, atMs: 0, forMs: 2000, untilMet: true },
}));

/** What `npm run chaos` does at length. */
const plans: { plan: ChaosPlan; failing: string[] }[] = [
  {
    plan: drawPlan('night', { durationMs: 45_000, imports: 16, pipelines: 4, store: 's3' }),
    failing: ['emulator', 'gateway', 'server', 'worker-1', 'worker-2'],
  },
  {
    plan: { ...onDisk, events: [...faultsOfWrites, ...onDisk.events] },
    failing: ['disk'],
  },
];

describe.each(plans)('whatever fails, with a store on $plan.store', ({ plan, failing }) => {
  let run: ChaosRun;

  beforeAll(async () => {
    run = await runPlan(plan, { say: (line) => process.stderr.write(`chaos: ${line}\n`) });
  }, 900_000);

  test('everybody is notified once how an import ended, and no row is written twice', () => {
    expect(run.findings).toEqual([]);
    expect(run.figures).toMatchObject({ imports: plan.imports, pipelines: plan.pipelines, lost: 0 });
  });

  test('things did go wrong', () => {
    expect(Object.keys(run.figures.events)).toEqual(expect.arrayContaining(failing));
    if (plan.store === 'disk') {
      for (const fault of ofWrites) expect(run.figures.failedWrites[fault]).toBeGreaterThan(0);
      return;
    }
    expect(run.figures.faultyAnswers).toBeGreaterThan(0);
    // One that is down already cannot be killed: which are depends on how fast this machine is.
    expect(Object.keys(run.figures.kills).length).toBeGreaterThan(1);
  });
});
