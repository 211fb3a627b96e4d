import { createHash } from 'node:crypto';
import { noChangeLog, type ChangeLog } from './change-log';
import type { Change } from './changes';
import { EmulatorClock } from './clock';
import { IdempotencyKeys, type Replayed } from './prism/imports/idempotency';
import { PropertyBook } from './prism/imports/properties';
import { JobBook } from './prism/jobs/job-book';
import { Journal } from './journal';
import type { JournalEntry } from './prism/journal-entry';
import { RateLimit } from './rate-limit';
import { RecordStore } from './prism/workspace/records';
import { Rules } from './rules/rules';
import type { EmulatorSettings } from './settings';
import { openStateFile } from './state-file';

/** Everything that an emulator remembers, and the log of its changes. */
export class EmulatorState {
  readonly clock: EmulatorClock;
  readonly records = new RecordStore();
  readonly properties: PropertyBook;
  readonly jobs: JobBook;
  readonly keys: IdempotencyKeys<Replayed>;
  readonly rates: RateLimit;
  readonly rules: Rules;
  readonly journal: Journal<JournalEntry>;
  /** Records every change that must outlive the process. */
  readonly changes: ChangeLog<Change> = {
    add: (change) => this.log.add(change),
    commit: () => this.log.commit(),
    clear: () => this.log.clear(),
    close: () => this.log.close(),
  };
  private log: ChangeLog<Change> = noChangeLog;
  private readonly hashes = new Map<string | undefined, string>();
  private imports = 0;
  private madeUpJobs = 0;

  private constructor(readonly settings: EmulatorSettings) {
    this.clock = new EmulatorClock(settings.clock);
    this.properties = new PropertyBook(settings);
    this.jobs = new JobBook(settings);
    this.keys = new IdempotencyKeys(settings);
    this.rates = new RateLimit(settings);
    this.rules = new Rules(settings, this.changes);
    this.journal = new Journal<JournalEntry>();
  }

  /**
   * Creates new state, or restores that of an earlier run from its file. Rejects, naming the file, if one cannot be
   * used.
   */
  static async open(settings: EmulatorSettings): Promise<EmulatorState> {
    const state = new EmulatorState(settings);
    const now = state.clock.now();
    settings.rules.forEach((rule, index) =>
      state.rules.add(rule, typeof now === 'number' ? now : null, `settings-${index + 1}`),
    );
    if (settings.stateFile !== undefined) {
      let isNew = true;
      state.log = await openStateFile<Change>(settings.stateFile, (change) => {
        isNew = false;
        state.restore(change);
      });
      if (isNew) state.noteStart();
    }
    try {
      await state.journal.openFile(settings.journalFile);
    } catch (error) {
      state.log.close();
      throw error;
    }
    return state;
  }

  /** Adds a request to the journal. */
  record(entry: JournalEntry): void {
    this.journal.add(entry);
    this.changes.add({ type: 'request', entry });
  }

  /** Number of the next import, from 1. */
  nextImport(): number {
    return (this.imports += 1);
  }

  /** Number of the next made-up job, from 1. */
  nextMadeUpJob(): number {
    return (this.madeUpJobs += 1);
  }

  /** A stand-in for a secret in memory and files, determined by secret and seed. */
  hash(secret: string | undefined): string {
    const known = this.hashes.get(secret);
    if (known !== undefined) return known;
    const hash = createHash('sha256').update(`${this.settings.seed}/${secret}`).digest('base64url');
    this.hashes.set(secret, hash);
    return hash;
  }

  /** Removes records, jobs, keys, counters, journal and added rules. Keeps settings and clock. */
  reset(): void {
    for (const store of [this.records, this.properties, this.jobs, this.keys, this.rates, this.journal]) {
      store.clear();
    }
    this.rules.clear();
    [this.imports, this.madeUpJobs] = [0, 0];
    this.log.clear();
    this.noteStart();
  }

  /** Closes the files. Rejects if the journal is incomplete. */
  async close(): Promise<void> {
    this.log.close();
    this.log = noChangeLog;
    await this.journal.close();
  }

  private noteStart(): void {
    this.log.add({ type: 'started', seed: this.settings.seed });
    if (this.clock.isSet) this.log.add({ type: 'clock', state: this.clock.state });
    this.log.commit();
  }

  private restore(change: Change): void {
    switch (change.type) {
      case 'started':
        // Ids continue from where they were, whatever the current seed is.
        this.settings.seed = change.seed;
        break;
      case 'clock':
        this.clock.state = change.state;
        break;
      case 'imported':
        this.imports += 1;
        for (const [id, row] of change.writes) this.records.table(change.teamId, change.kind).put(id, row);
        for (const option of change.newOptions) this.properties.addOption(change.teamId, change.kind, option);
        break;
      case 'job':
        if (change.madeUp) this.madeUpJobs += 1;
        this.jobs.add(change.job);
        break;
      case 'job-patched':
        this.jobs.patch(change.jobId, { ...change.patch, ...undefinedFields(change.omitted) }, change.at);
        break;
      case 'job-deleted':
        this.jobs.delete(change.jobId);
        break;
      case 'key':
        this.keys.put(change.name, change.entry);
        break;
      case 'request':
        this.journal.add(change.entry);
        break;
      case 'counted':
        this.rates.count(change.key, change.at);
        break;
      case 'rule':
        this.rules.restore(change.id, change.rule, change.addedAt);
        break;
      case 'rule-met':
        this.rules.restoreCounts(change.id, change.met, change.acted);
        break;
      case 'rule-removed':
        this.rules.forget(change.id);
        break;
    }
  }
}

const undefinedFields = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, undefined]));
