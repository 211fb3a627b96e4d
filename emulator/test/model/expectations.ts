import { countersOf, viewOf, type ModelJob } from './job';
import type { Answer, Model, Seen } from './model';
import type { ModelRecord, RowEnd } from './rows';
import type { Reply } from './subject';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** An answer there must be, with the time and an id of its own. */
export function answered(model: Model, reply: Reply | null): Reply {
  if (reply === null) throw new Error('The connection was reset, but an answer was due');
  expect(reply.headers.date).toBe(new Date(model.now).toUTCString());
  const id = String(reply.headers['x-request-id']);
  useOnce(model, id);
  return reply;
}

/** A launch must be answered as the model has it. */
export function expectSeen(model: Model, reply: Reply | null, seen: Seen): void {
  if (seen === 'nothing') {
    expect(reply).toBeNull();
    return;
  }
  const { status, headers, body } = answered(model, reply);
  if ('bare' in seen) {
    expect(status).toBe(seen.bare);
    return;
  }
  const { answer, replayed } = seen;
  expect([status, headers['idempotent-replay']]).toEqual([answer.status, replayed ? 'true' : undefined]);
  if ('code' in answer) {
    expect(body).toMatchObject({ error: { code: answer.code, request_id: headers['x-request-id'] } });
    return;
  }
  if ('rows' in answer) learnRows(model, answer.rows, body['results']);
  else learnJob(model, answer.job, body['job_id']);
  expect(body).toEqual(bodyOf(answer));
  if ('job' in answer) {
    expect(headers.location).toBe(`/v2/prism/${answer.job.team}/imports/${answer.job.id}`);
  }
}

function bodyOf(answer: Exclude<Answer, { code: string }>) {
  if ('job' in answer) {
    const { job } = answer;
    return viewOf({ ...job, rows: [], end: 'never', given: null, hidesSucceeded: false }, job.createdAt);
  }
  const { rows } = answer;
  const counters = { total: rows.length, ...countersOf(rows) };
  return { job_id: null, status: 'complete', ...counters, results: resultsOf(rows) };
}

/** The results of rows, in the order of the request. */
export const resultsOf = (rows: RowEnd[]) =>
  rows.map((row, index) =>
    'code' in row
      ? {
          input_index: index,
          id: null,
          created: false,
          error: { code: row.code, message: expect.any(String) as string },
        }
      : {
          input_index: index,
          id: row.record.id,
          created: row.how === 'created',
          existing: row.how !== 'created',
          updated: row.how === 'updated',
        },
  );

/** Takes the ids of records from results; the same record must always have the same one. */
export function learnRows(model: Model, rows: RowEnd[], results: unknown): void {
  if (!Array.isArray(results)) throw new Error('Results are due');
  rows.forEach((row, index) => {
    if ('record' in row) learnRecord(model, row.record, (results[index] as { id?: unknown } | undefined)?.id);
  });
}

/** Takes the id of a record, which no other thing may have. */
export function learnRecord(model: Model, record: ModelRecord, id: unknown): void {
  record.id ??= newId(model, id);
}

/** Takes the id of a job, likewise. */
export function learnJob(model: Model, job: ModelJob, id: unknown): void {
  job.id ??= newId(model, id);
}

function newId(model: Model, id: unknown): string {
  expect(id).toMatch(uuid);
  return useOnce(model, String(id));
}

function useOnce({ ids }: Model, id: string): string {
  if (ids.has(id)) throw new Error(`The id ${id} was used before`);
  ids.add(id);
  return id;
}
