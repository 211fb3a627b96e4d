import { durationSchema } from './duration';
import { objectTypes, type ObjectType } from './prism/contract';
import { rateSchema, timeSchema, type Time } from './clock';
import type { Listener } from './http/listener';
import type { Job, JobInfo, JobPatch, MadeUpJob } from './prism/jobs/job';
import { madeUpJob } from './prism/jobs/job-book';
import { statusAt } from './prism/jobs/job-time';
import { journalFilterSchema, type JournalEntry, type JournalFilter } from './prism/journal-entry';
import { parsed } from './parsed';
import type { RuleInput } from './rules/rule';
import type { EmulatorState } from './state';

/** A rule that was added. */
export interface RuleHandle {
  readonly id: string;
  /** How many requests it has acted on. */
  readonly acted: () => number;
  readonly remove: () => void;
}

/** A rule as it is listed. */
export interface RuleInfo {
  id: string;
  /** Requests that matched its conditions, and those that it acted on. */
  met: number;
  acted: number;
  rule: RuleInput;
}

/** Controls and observes a running emulator, beyond the API itself. The admin API offers the same over HTTP. */
export class Controller {
  constructor(
    private readonly state: EmulatorState,
    private readonly listener: Listener,
  ) {}

  /** Every request so far, in the order of the answers. */
  get journal(): readonly JournalEntry[] {
    return this.state.journal.entries;
  }

  /** The requests that match all fields of the filter. Throws a `TypeError` for an invalid filter. */
  readonly requests = (filter: JournalFilter = {}): JournalEntry[] =>
    this.state.journal.find(parsed(journalFilterSchema, filter, 'The journal cannot be filtered like this'));

  /** The same as JSON lines. */
  readonly journalLines = (filter: JournalFilter = {}): string =>
    this.requests(filter)
      .map((entry) => `${JSON.stringify(entry)}\n`)
      .join('');

  /** The emulator's current time, in milliseconds since 1970. */
  readonly now = async (): Promise<number> => this.state.clock.now();

  /** Sets the clock, which then continues at its rate. Throws a `TypeError` if the clock is a function. */
  readonly setTime = (time: Time): void => this.turn({ atMs: parsed(timeSchema, time, 'time') });

  /** Moves the clock forward, by milliseconds or a duration such as `'2h'`. Throws as {@link setTime} does. */
  readonly advance = (duration: number | string): void =>
    this.turn({ byMs: parsed(durationSchema, duration, 'duration') });

  /** Sets the speed of the clock: 0 stops it, 3600 is an hour per second. Throws as {@link setTime} does. */
  readonly setRate = (rate: number): void => this.turn({ rate: parsed(rateSchema, rate, 'rate') });

  /** Every job, in order of creation, without deleted ones. */
  readonly jobs = async (): Promise<JobInfo[]> => {
    const now = await this.now();
    const requests = new Map<string, number>();
    for (const { operation, jobId } of this.journal) {
      if (operation === 'import' && jobId !== null) requests.set(jobId, (requests.get(jobId) ?? 0) + 1);
    }
    return this.state.jobs.all().map((job) => this.infoOf(job, requests.get(job.id) ?? 0, now));
  };

  /** Adds a job that no request launched, and returns its id. Rejects if the id is taken or the input is invalid. */
  readonly createJob = async (input: MadeUpJob): Promise<string> => {
    const now = await this.now();
    const { job, patch } = madeUpJob(input, this.state.settings, this.state.nextMadeUpJob(), now);
    this.state.jobs.add(job);
    this.state.changes.add({ type: 'job', job: { ...job }, madeUp: true });
    this.patch(job.id, patch, now);
    return job.id;
  };

  /** Overrides fields of a job's answers. A `status` stops the job's progress. Rejects for an unknown job. */
  readonly setJob = async (jobId: string, patch: JobPatch): Promise<void> => {
    this.patch(jobId, patch, await this.now());
  };

  /** Makes a job answer 404 from now on; returns false if there is none. */
  readonly deleteJob = (jobId: string): boolean => {
    this.state.changes.add({ type: 'job-deleted', jobId });
    this.state.changes.commit();
    return this.state.jobs.delete(jobId);
  };

  /** How many records of each kind there are, in one team or in all. */
  readonly counts = (teamId?: string): Record<ObjectType, number> =>
    Object.fromEntries(objectTypes.map((kind) => [kind, this.state.records.count(kind, teamId)])) as Record<
      ObjectType,
      number
    >;

  /**
   * Adds a rule. Throws a `TypeError` that names what is wrong with it. A rule with a function, or a path with flags,
   * is lost when the process ends.
   * @example
   * controller.addRule({ operation: 'status', times: 2, respond: { status: 503 } });
   */
  readonly addRule = (rule: RuleInput): RuleHandle => {
    const now = this.state.clock.now();
    const added = this.state.rules.addAndKeep(rule, typeof now === 'number' ? now : null);
    this.state.changes.commit();
    return { id: added.id, acted: () => added.acted, remove: () => void this.removeRule(added.id) };
  };

  /** Every rule, including used-up ones. */
  readonly rules = (): RuleInfo[] =>
    this.state.rules.all().map(({ id, met, acted, given }) => ({ id, met, acted, rule: given }));

  /** Removes a rule; returns false if there is none. */
  readonly removeRule = (id: string): boolean => {
    const removed = this.state.rules.remove(id);
    this.state.changes.commit();
    return removed;
  };

  /** Resets all connections and refuses new ones until {@link acceptConnections}; resolves once this is in effect. */
  readonly refuseConnections = (): Promise<void> => this.listener.refuse();

  /** Accepts connections again, on the same port. Rejects if another process has taken it. */
  readonly acceptConnections = (): Promise<void> => this.listener.accept();

  /**
   * Removes records, jobs, idempotency keys, counters, the journal and added rules. Keeps settings, the clock and
   * journal files.
   */
  readonly reset = (): void => this.state.reset();

  private turn(change: { atMs?: number; byMs?: number; rate?: number }): void {
    const { clock, changes } = this.state;
    clock.state = clock.moved(change);
    changes.add({ type: 'clock', state: clock.state });
    changes.commit();
  }

  private patch(jobId: string, patch: JobPatch, at: number): void {
    this.state.jobs.patch(jobId, patch, at);
    const omitted = Object.keys(patch).filter((field) => patch[field] === undefined);
    this.state.changes.add({ type: 'job-patched', jobId, patch, omitted, at });
    this.state.changes.commit();
  }

  private infoOf(job: Job, launchRequests: number, now: number): JobInfo {
    const expired = this.state.jobs.find(job.teamId, job.id, now) === 'expired';
    return {
      id: job.id,
      teamId: job.teamId,
      kind: job.kind,
      rows: job.total,
      launchedAt: new Date(job.createdAt).toISOString(),
      state: expired ? 'expired' : String(statusAt(job, now)),
      launchRequests,
    };
  }
}
