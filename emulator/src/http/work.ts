import type { Answer } from './answers';

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
export interface Work {
  answer: Answer;
  did: Did;
  /** The job launched, replayed or asked for. */
  jobId: string | null;
  /** Rows of an import that was carried out or replayed. */
  rows: number | null;
  /** Settles the request's idempotency key; called once, with the status that was sent or null when none was. */
  settle: (status: number | null) => void;
}

/** Work that did nothing but answer. */
export const onlyAnswer = (answer: Answer): Work => ({
  answer,
  did: answer.error === undefined && answer.status < 400 ? 'read' : 'refused',
  jobId: null,
  rows: null,
  settle: () => undefined,
});
