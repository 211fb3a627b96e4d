import type { Fault } from './faults';
import { day, durationMs, failsAt, isGone, queueMs, statusOf, type ModelJob } from './job';
import { kinds, teams, type Kind, type Launch, type Team } from './launch';
import { importRows, type ModelRecord, type RowEnd } from './rows';

/** What an import request is answered with. */
export type Answer =
  { status: 200; rows: RowEnd[] } | { status: 202; job: ModelJob } | { status: 400 | 409; code: string };

/** What a client sees of it: the answer, perhaps a replay; a bare status that a fault put in its place; or nothing. */
export type Seen = { answer: Answer; replayed: boolean } | { bare: number } | 'nothing';

interface Claim {
  at: number;
  request: string;
  answer: Answer;
  atWork: boolean;
}

const keyLifetimeMs = day;
const asyncRows = 3;

/** What the API must do, in the fewest words. It shares no code with the emulator. */
export class Model {
  now: number;
  readonly tables = new Map<string, ModelRecord[]>();
  readonly jobs: ModelJob[] = [];
  readonly claims = new Map<string, Claim>();
  /** Launches so far that had a key. */
  readonly sent: Launch[] = [];
  /** Faults that the next requests will meet, in order. */
  readonly faults: Record<'import' | 'status', Fault[]> = { import: [], status: [] };
  /** Operation, status and deed of every request that was answered. */
  readonly journal: string[] = [];
  readonly ids = new Set<string>();

  /** `seen` takes note of what has come about, so that a test can tell that it tests something. */
  constructor(
    start: number,
    readonly seen: Map<string, number>,
  ) {
    this.now = start;
    for (const team of teams) for (const kind of kinds) this.tables.set(`${team}/${kind}`, []);
  }

  table(team: Team, kind: Kind): ModelRecord[] {
    return this.tables.get(`${team}/${kind}`) ?? [];
  }

  /** Carries a launch out, and tells what its client sees. */
  launch(launch: Launch): Seen {
    const fault = this.faults.import.shift();
    if (launch.key !== null) this.sent.push(launch);
    if (fault === 'refused' || fault === 'reset-before') {
      this.note('import', fault === 'refused' ? 503 : null, 'nothing', fault);
      return fault === 'refused' ? { bare: 503 } : 'nothing';
    }
    const { answer, did, executed } = this.work(launch);
    const status = fault === undefined ? answer.status : fault === 'failed-after' ? 500 : null;
    this.note('import', status, did, fault ?? whatOf(answer, did));
    if ('job' in answer) answer.job.launchRequests += 1;
    if (fault === 'reset-after') return 'nothing';
    if (fault === undefined) return { answer, replayed: did === 'replayed' };
    // After a 5xx the key may execute again, even though the rows are there.
    if (executed) this.claims.delete(nameOf(launch));
    return { bare: 500 };
  }

  /** Carries a launch out whose answer is held back, and whose key therefore is in use. */
  hold(launch: Launch): void {
    const { executed } = this.work(launch);
    const claim = this.claims.get(nameOf(launch));
    if (executed && claim !== undefined) claim.atWork = true;
  }

  /** What a kill changes: nothing is at work any more. */
  kill(when: string): void {
    for (const claim of this.claims.values()) claim.atWork = false;
    this.count(`killed ${when}`);
  }

  note(operation: string, status: number | null, did: string, what?: string): void {
    this.journal.push(`${operation} ${status} ${did}`);
    if (what !== undefined) this.count(`${operation}: ${what}`);
  }

  count(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  /** Forgets all but the clock. */
  reset(): void {
    for (const table of this.tables.values()) table.length = 0;
    for (const list of [this.jobs, this.sent, this.faults.import, this.faults.status, this.journal]) {
      list.length = 0;
    }
    this.claims.clear();
    this.ids.clear();
    this.count('reset');
  }

  private work(launch: Launch): { answer: Answer; did: string; executed: boolean } {
    const request = JSON.stringify([launch.kind, launch.rows, launch.options]);
    const claim = launch.key === null ? undefined : this.claims.get(nameOf(launch));
    const refusal = claim === undefined ? null : this.refusal(claim, request);
    if (refusal !== null) {
      const answer: Answer = { status: 409, code: `idempotency_key_${refusal}` };
      return { answer, did: 'refused', executed: false };
    }
    if (claim !== undefined) return { answer: claim.answer, did: 'replayed', executed: false };
    const answer = this.execute(launch);
    for (const row of rowsOf(answer)) this.count(`row: ${'code' in row ? row.code : row.how}`);
    if (launch.key !== null) {
      this.claims.set(nameOf(launch), { at: this.now, request, answer, atWork: false });
    }
    const did = 'rows' in answer ? 'imported' : 'job' in answer ? 'launched' : 'refused';
    return { answer, did, executed: true };
  }

  private refusal(claim: Claim, request: string): string | null {
    if (this.now - claim.at >= keyLifetimeMs) return 'stale';
    if (claim.request !== request) return 'mismatch';
    return claim.atWork ? 'in_progress' : null;
  }

  private execute({ team, kind, rows, options, script }: Launch): Answer {
    if (rows.length === 0) return { status: 400, code: 'invalid_request' };
    const table = this.table(team, kind);
    if (rows.length < asyncRows) return { status: 200, rows: importRows(table, kind, rows, options) };
    const end = script === 'never over' ? 'never' : team === teams[1] ? 'failed' : 'complete';
    const reached = end === 'failed' ? Math.round(failsAt * rows.length) : rows.length;
    const job: ModelJob = {
      id: null,
      team,
      kind,
      total: rows.length,
      rows: importRows(table, kind, rows.slice(0, reached), options),
      createdAt: this.now,
      queueMs: script === 'at once' ? 0 : queueMs,
      durationMs:
        script === 'at once' ? 0 : script === 'longer than it is kept' ? 8 * day : durationMs(rows.length),
      end,
      given: null,
      hidesSucceeded: false,
      deleted: false,
      launchRequests: 0,
    };
    this.jobs.push(job);
    return { status: 202, job };
  }
}

/** How a job stands, in one word. */
export const stateOf = (job: ModelJob, now: number): string =>
  isGone(job, now) ? 'expired' : statusOf(job, now);

const rowsOf = (answer: Answer): RowEnd[] =>
  'rows' in answer ? answer.rows : 'job' in answer ? answer.job.rows : [];

const nameOf = ({ team, key }: Launch) => `${team}/${key}`;

function whatOf(answer: Answer, did: string): string {
  return did === 'replayed' ? `replay of ${answer.status}` : 'code' in answer ? answer.code : did;
}
