import fc from 'fast-check';
import { day, endOf, expiryOf, isGone, jobError, second, statusOf } from './job';
import type { Model } from './model';
import { expectAgreement } from './agreement';
import { step, type Step } from './step';
import { withTornLine } from './subject';

const spans = [1, second, 10 * second, 45 * second, 3600 * second, day / 2, day, 3 * day, 7 * day];

/** Moves the clock on: by a span, or to where something ends, begins or is forgotten, or just before or after. */
export const clockSteps: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(...spans).map((ms) =>
    step(`advance ${ms}`, (model, { controller }) => {
      controller.advance(ms);
      model.now += ms;
      return Promise.resolve();
    }),
  ),
  fc.tuple(fc.nat(20), fc.constantFrom(-1, 0, 0, 1)).map(([index, offset]) =>
    step(
      `advance to moment ${index} and ${offset}`,
      (model, { controller }) => {
        const moments = momentsOf(model).filter((moment) => moment + offset > model.now);
        const moment = moments[index % moments.length];
        if (moment === undefined) return Promise.resolve();
        model.now = moment + offset;
        controller.setTime(model.now);
        return Promise.resolve();
      },
      (model) => momentsOf(model).some((moment) => moment > model.now),
    ),
  ),
);

function momentsOf({ jobs, claims }: Pick<Model, 'jobs' | 'claims'>): number[] {
  const ofJobs = jobs.flatMap((job) => {
    const half = job.createdAt + job.queueMs + job.durationMs / 2;
    return [job.createdAt + job.queueMs, half, endOf(job), expiryOf(job)];
  });
  const ofKeys = [...claims.values()].map(({ at }) => at + day);
  return [...ofJobs, ...ofKeys].filter((moment) => Number.isFinite(moment)).sort((a, b) => a - b);
}

/** Kills the emulator between requests; it may leave a line without its end. */
export const killSteps: fc.Arbitrary<Step> = fc
  .option(fc.integer({ min: 1, max: 100 }), { nil: null, freq: 3 })
  .map((percent) =>
    step(`kill, ${percent ?? 0} % of a line torn`, async (model, subject) => {
      await subject.kill(withTornLine(percent === null ? null : percent / 100));
      model.kill('between requests');
      await expectAgreement(model, subject);
    }),
  );

const patches = {
  complete: { status: 'complete' },
  failed: { status: 'failed', error: jobError },
  hides: { succeeded: undefined },
} as const;

/** Gives a job at work a status, hides one of its counters, or deletes it. */
export const jobSteps: fc.Arbitrary<Step> = fc
  .tuple(
    fc.nat(20),
    fc.constantFrom<(keyof typeof patches | 'deleted')[]>('complete', 'failed', 'hides', 'deleted'),
  )
  .map(([index, what]) =>
    step(
      `make job ${index}: ${what}`,
      async (model, { controller }) => {
        const able = changeable(model);
        const job = able[index % able.length];
        if (job?.id == null) return;
        model.count(`job: ${what}`);
        if (what === 'deleted') {
          job.deleted = true;
          expect(controller.deleteJob(job.id)).toBe(true);
          expect(controller.deleteJob(job.id)).toBe(false);
          return;
        }
        await controller.setJob(job.id, patches[what]);
        if (what === 'hides') job.hidesSucceeded = true;
        else job.given = { status: what, at: model.now };
      },
      (model) => changeable(model).length > 0,
    ),
  );

const changeable = ({ jobs, now }: Pick<Model, 'jobs' | 'now'>) =>
  jobs.filter((job) => job.id !== null && !isGone(job, now) && statusOf(job, now) === 'processing');

/** Forgets everything but the clock. */
export const resetSteps: fc.Arbitrary<Step> = fc.constant(
  step('reset', (model, { controller }) => {
    controller.reset();
    model.reset();
    return Promise.resolve();
  }),
);
