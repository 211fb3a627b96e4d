import type { ImportRow, ObjectType } from './prism/contract';
import type { ClockState } from './clock';
import type { KeyEntry, Replayed } from './prism/imports/idempotency';
import type { NewOption } from './prism/imports/properties';
import type { Job, JobPatch } from './prism/jobs/job';
import type { JournalEntry } from './prism/journal-entry';
import type { RuleChange } from './rules/rules';

/** One change of an emulator's state, as plain data. All changes in order produce the state. */
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
  /** `omitted` names the undefined fields of the patch, which JSON would lose. */
  | { type: 'job-patched'; jobId: string; patch: JobPatch; omitted: string[]; at: number }
  | { type: 'job-deleted'; jobId: string }
  | { type: 'key'; name: string; entry: KeyEntry<Replayed> | null }
  | { type: 'request'; entry: JournalEntry }
  /** A request that counts against the limits of its API key; `key` is a stand-in for that key. */
  | { type: 'counted'; key: string; at: number }
  | RuleChange;
