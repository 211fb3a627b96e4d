/** Takes note of changes. What was added since the last commit is kept whole or not at all. */
export interface ChangeLog<C> {
  add(change: C): void;
  commit(): void;
  /** Forgets everything, as a reset does. */
  clear(): void;
  close(): void;
}

/** Keeps nothing: the state is in memory only. */
export const noChangeLog: ChangeLog<unknown> = {
  add: () => undefined,
  commit: () => undefined,
  clear: () => undefined,
  close: () => undefined,
};
