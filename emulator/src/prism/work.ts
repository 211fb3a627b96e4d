import type { Answer } from '../http/answers';
import type { Work } from '../http/api';

/** What a request did. */
export type Did =
  /** Started a job. */
  | 'launched'
  /** Imported rows and answered with their results. */
  | 'imported'
  /** Got an earlier answer again; nothing was done. */
  | 'replayed'
  /** Read something. */
  | 'read'
  /** Was refused by the API. */
  | 'refused'
  /** Never reached the API, since a rule answered it or broke its connection. */
  | 'nothing';

/** What a request led to: its answer, and what the journal and the idempotency keys need to know. */
export interface PrismWork extends Work {
  did: Did;
  /** The job launched, replayed or asked for. */
  jobId: string | null;
  /** Rows of an import that was carried out or replayed. */
  rows: number | null;
}

/** Work that did nothing but answer. */
export const onlyAnswer = (answer: Answer): PrismWork => ({
  answer,
  did: answer.error === undefined && answer.status < 400 ? 'read' : 'refused',
  jobId: null,
  rows: null,
  settle: () => undefined,
});
