import type { ChildProcess } from 'node:child_process';

/** Whether a process has started and not ended. */
export const isAlive = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;
