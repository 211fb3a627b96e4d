import type { Answer } from '../http/answers';
import type { Work } from '../http/api';

/** The effect of a request. */
export type Did =
  /** Launched a job. */
  | 'launched'
  /** Imported rows and answered with their results. */
  | 'imported'
  /** Received an earlier answer again, without further effect. */
  | 'replayed'
  /** Only read. */
  | 'read'
  /** Was refused by the API. */
  | 'refused'
  /** Never reached the API: a rule answered it or broke its connection. */
  | 'nothing';

/** The result of a request: its answer, and what the journal and the idempotency keys need. */
export interface PrismWork extends Work {
  did: Did;
  /** The job that was launched, replayed or polled. */
  jobId: string | null;
  /** Rows of an import that was executed or replayed. */
  rows: number | null;
}

/** An answer without any effect. */
export const onlyAnswer = (answer: Answer): PrismWork => ({
  answer,
  did: answer.error === undefined && answer.status < 400 ? 'read' : 'refused',
  jobId: null,
  rows: null,
  settle: () => undefined,
});
