import { drawPlan, type ChaosPlan } from '../chaos/support/plan';
import { runPlan, type ChaosRun } from '../chaos/support/run-plan';

/** What `npm run chaos` does at length. */
const plans: { plan: ChaosPlan; failing: string[] }[] = [
  {
    plan: drawPlan('night', { durationMs: 45_000, imports: 16, pipelines: 4, store: 's3' }),
    failing: ['emulator', 'gateway', 'server', 'worker-1', 'worker-2'],
  },
  {
    plan: drawPlan('night', { durationMs: 20_000, imports: 8, pipelines: 4, store: 'disk' }),
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
    expect(run.figures.faultyAnswers).toBeGreaterThan(0);
    expect(Object.keys(run.figures.events)).toEqual(expect.arrayContaining(failing));
    // One that is down already cannot be killed: which are depends on how fast this machine is.
    if (plan.store === 's3') expect(Object.keys(run.figures.kills).length).toBeGreaterThan(1);
  });
});
