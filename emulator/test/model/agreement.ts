import { learnJob } from './expectations';
import { kinds, teams } from './launch';
import { stateOf, type Model } from './model';
import { filledPlaces, get, list, poll, query } from './reads';
import type { Subject } from './subject';

/** What the emulator says of itself must be what the model has: time, records, jobs and journal. */
export async function expectAgreement(model: Model, { controller }: Subject): Promise<void> {
  expect(await controller.now()).toBe(model.now);
  for (const team of teams) {
    const counts = kinds.map((kind) => [kind, model.table(team, kind).length]);
    expect(controller.counts(team)).toMatchObject(Object.fromEntries(counts));
  }
  const lines = controller.journal.map(({ operation, status, did }) => `${operation} ${status} ${did}`);
  expect(lines).toEqual(model.journal);
  const kept = model.jobs.filter(({ deleted }) => !deleted);
  const jobs = await controller.jobs();
  kept.forEach((job, index) => learnJob(model, job, jobs[index]?.id));
  expect(jobs).toEqual(
    kept.map((job) => ({
      id: job.id,
      teamId: job.team,
      kind: job.kind,
      rows: job.total,
      launchedAt: new Date(job.createdAt).toISOString(),
      state: stateOf(job, model.now),
      launchRequests: job.launchRequests,
    })),
  );
}

const mostRecords = 8;

/** The same, and everything that the API shows must be there. */
export async function expectAll(model: Model, subject: Subject): Promise<void> {
  await expectAgreement(model, subject);
  for (const place of filledPlaces(model)) {
    await list(model, subject, place, 50);
    await query(model, subject, place);
    for (const record of model.table(place.team, place.kind).slice(0, mostRecords)) {
      await get(model, subject, place, record);
    }
  }
  for (const job of model.jobs) if (job.id !== null) await poll(model, subject, job.team, job);
}
