import { answered, learnRecord, learnRows, resultsOf } from './expectations';
import { isGone, statusOf, viewOf, type ModelJob } from './job';
import { kinds, slugs, teams, type Kind, type Team } from './launch';
import type { Model } from './model';
import type { ModelRecord } from './rows';
import type { Reply, Subject } from './subject';

/** Where records are. */
export interface Place {
  team: Team;
  kind: Kind;
}

/** An id that nothing has. */
const nobody = '00000000-0000-4000-8000-000000000000';

export const places: Place[] = teams.flatMap((team) => kinds.map((kind) => ({ team, kind })));

/** The places that have records. */
export const filledPlaces = (model: Model): Place[] =>
  places.filter(({ team, kind }) => model.table(team, kind).length > 0);

const pathOf = ({ team, kind }: Place) => `/v2/prism/${team}/${kind}`;

/** Polls a job as a team; null for a job that never was. */
export async function poll(
  model: Model,
  subject: Subject,
  team: Team,
  asked: ModelJob | null,
): Promise<void> {
  const job = asked?.team === team && !isGone(asked, model.now) ? asked : null;
  const reply = await subject.get(`/v2/prism/${team}/imports/${asked?.id ?? nobody}`);
  const fault = model.faults.status.shift();
  const did = job === null ? 'refused' : 'read';
  if (fault === 'reset-before' || fault === 'reset-after') {
    model.note('status', null, fault === 'reset-before' ? 'nothing' : did, fault);
    expect(reply).toBeNull();
  } else if (fault !== undefined) {
    const status = fault === 'refused' ? 503 : 500;
    model.note('status', status, fault === 'refused' ? 'nothing' : did, fault);
    expect(answered(model, reply).status).toBe(status);
  } else {
    model.note('status', job === null ? 404 : 200, did, kindOf(model, asked, team));
    expectJob(model, answered(model, reply), job);
  }
}

function kindOf({ now }: Model, job: ModelJob | null, team: Team): string {
  if (job === null) return 'never was';
  if (job.team !== team) return 'of another team';
  if (job.deleted) return 'deleted';
  return isGone(job, now) ? 'expired' : statusOf(job, now);
}

function expectJob(model: Model, { status, body }: Reply, job: ModelJob | null): void {
  expect(status).toBe(job === null ? 404 : 200);
  if (job === null) {
    expect(body).toMatchObject({ error: { code: 'not_found' } });
    return;
  }
  const isComplete = statusOf(job, model.now) === 'complete';
  if (isComplete) learnRows(model, job.rows, body['results']);
  expect(body).toEqual({ ...viewOf(job, model.now), ...(isComplete && { results: resultsOf(job.rows) }) });
}

/** Asks for something that no fault meets, and checks how it is answered. */
async function read(
  model: Model,
  operation: string,
  reply: Promise<Reply | null>,
  status = 200,
): Promise<Reply> {
  model.note(operation, status, status === 200 ? 'read' : 'refused', String(status));
  const answer = answered(model, await reply);
  expect(answer.status).toBe(status);
  return answer;
}

/** Reads all records of a place, page by page, and their number. */
export async function list(model: Model, subject: Subject, place: Place, limit: number): Promise<void> {
  const records = model.table(place.team, place.kind);
  const count = await read(model, 'count', subject.get(`${pathOf(place)}/count`));
  expect(count.body).toEqual({ total: records.length });
  let next = '';
  for (let from = 0; from === 0 || from < records.length; from += limit) {
    const path = `${pathOf(place)}?limit=${limit}&include_total=true${next}`;
    const { body } = await read(model, 'list', subject.get(path));
    const due = records.slice(from, from + limit);
    const data = body['data'] as { id: string }[];
    due.forEach((record, index) => learnRecord(model, record, data[index]?.id));
    const hasMore = from + limit < records.length;
    expect(body).toEqual({
      data: due.map(({ id, properties }) => ({ id, properties })),
      has_more: hasMore,
      next_cursor: hasMore ? (expect.any(String) as string) : null,
      total: records.length,
    });
    next = `&cursor=${String(body['next_cursor'])}`;
  }
}

/** Asks for records of one team by the ids of both, and by that of nobody. */
export async function query(model: Model, subject: Subject, { team, kind }: Place): Promise<void> {
  const asked = teams.flatMap((each) => model.table(each, kind).slice(-20));
  const ids = asked.flatMap(({ id }) => id ?? []);
  const sent = {
    path: `${pathOf({ team, kind })}/query`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: { select: ['note', 'rank'], limit: 50 }, id: [...ids, nobody] }),
  };
  const { body } = await read(model, 'query', subject.post(sent));
  const own = model.table(team, kind);
  const due = asked.filter((record) => record.id !== null && own.includes(record));
  expect(body).toEqual({
    data: due.map(({ id, properties: { note, rank } }) => ({ id, properties: { note, rank } })),
    has_more: false,
    next_cursor: null,
  });
}

/** Gets a record by its id; null for one that never was. */
export async function get(
  model: Model,
  subject: Subject,
  place: Place,
  record: ModelRecord | null,
): Promise<void> {
  const reply = subject.get(`${pathOf(place)}/${record?.id ?? nobody}`);
  const { headers, body } = await read(model, 'get', reply, record === null ? 404 : 200);
  if (record === null) return;
  const { id, properties, list, version } = record;
  expect(body).toEqual({ id, default: properties, ...(list !== null && { list }) });
  expect(headers.etag).toBe(`"${version}"`);
}

/** Finds the record that has a value: there may be none, one or several. */
export async function find(model: Model, subject: Subject, place: Place, value: string): Promise<void> {
  const slug = slugs[place.kind];
  const found = model.table(place.team, place.kind).filter(({ properties }) => properties[slug] === value);
  const [record] = found;
  const status = record === undefined ? 404 : found.length > 1 ? 409 : 200;
  const reply = subject.get(`${pathOf(place)}/by/${slug}/${encodeURIComponent(value)}`);
  const { body } = await read(model, 'find', reply, status);
  if (record === undefined || found.length > 1) return;
  learnRecord(model, record, body['id']);
  expect(body).toMatchObject({ id: record.id, default: record.properties });
}
