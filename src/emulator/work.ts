import type { Answer } from './answers';

/** What a request led to: its answer, and what the journal and the idempotency keys need to know. */
export interface Work {
  answer: Answer;
  /** The job launched, replayed or asked for. */
  jobId: string | null;
  /** Rows of an import that was carried out or replayed. */
  rows: number | null;
  replayed: boolean;
  /** Settles the request's idempotency key; called once, with the status that was sent or null when none was. */
  settle: (status: number | null) => void;
}

/** Work that did nothing but answer. */
export const onlyAnswer = (answer: Answer): Work => ({
  answer,
  jobId: null,
  rows: null,
  replayed: false,
  settle: () => undefined,
});
