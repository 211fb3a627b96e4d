/** Records changes. Everything added since the last commit is kept as a whole or not at all. */
export interface ChangeLog<C> {
  add(change: C): void;
  commit(): void;
  /** Removes everything, as a reset does. */
  clear(): void;
  close(): void;
}

/** Records nothing: the state is in memory only. */
export const noChangeLog: ChangeLog<unknown> = {
  add: () => undefined,
  commit: () => undefined,
  clear: () => undefined,
  close: () => undefined,
};
