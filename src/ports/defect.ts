import { SourceError } from './source-error';
import { StorageError } from './storage-error';

/** What cannot be, unless this program has a defect: doing it again would end the same way. */
export class Defect extends Error {
  override readonly name: string = 'Defect';
}

/**
 * Whether an error of work on files is the program's own: what storage, sources and the system throw has a class or a
 * system call of its own, and all else comes from a defect.
 */
export const isDefect = (error: unknown): boolean =>
  !(error instanceof StorageError || error instanceof SourceError) &&
  !(typeof error === 'object' && error !== null && 'syscall' in error);
