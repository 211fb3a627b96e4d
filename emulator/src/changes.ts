import type { ImportRow, ObjectType } from './prism/contract';
import type { ClockState } from './clock';
import type { Answer } from './http/answers';
import type { KeyEntry } from './prism/imports/idempotency';
import type { NewOption } from './prism/imports/properties';
import type { Job, JobPatch } from './prism/jobs/job';
import type { JournalEntry } from './journal';
import type { RuleInput } from './rules/rule';

/** What an idempotency key replays. */
export interface Replayed {
  answer: Answer;
  jobId: string | null;
  rows: number | null;
}

/** One change of an emulator's state, as plain data. All changes from the first on make the state. */
export type Change =
  | { type: 'started'; seed: string }
  | { type: 'clock'; state: ClockState }
  | {
      type: 'imported';
      teamId: string;
      kind: ObjectType;
      writes: [string, ImportRow][];
      newOptions: NewOption[];
    }
  | { type: 'job'; job: Job; madeUp: boolean }
  /** `omitted` names the fields of the patch that are undefined, which JSON would lose. */
  | { type: 'job-patched'; jobId: string; patch: JobPatch; omitted: string[]; at: number }
  | { type: 'job-deleted'; jobId: string }
  | { type: 'key'; name: string; entry: KeyEntry<Replayed> | null }
  | { type: 'request'; entry: JournalEntry }
  /** A request that counts against the limits of its API key, for which `key` stands. */
  | { type: 'counted'; key: string; at: number }
  | { type: 'rule'; id: string; addedAt: number | null; rule: RuleInput }
  | { type: 'rule-met'; id: string; met: number; acted: number }
  | { type: 'rule-removed'; id: string };

/** Takes note of changes. What was added since the last commit is kept whole or not at all. */
export interface ChangeLog {
  add(change: Change): void;
  commit(): void;
  /** Forgets everything, as a reset does. */
  clear(): void;
  close(): void;
}

/** Keeps nothing: the state is in memory only. */
export const noChangeLog: ChangeLog = {
  add: () => undefined,
  commit: () => undefined,
  clear: () => undefined,
  close: () => undefined,
};
