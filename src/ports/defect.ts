import { SourceError } from './source-error';
import { StorageError } from './storage-error';

/** Something that cannot happen unless this program has a defect. Retrying would fail in the same way. */
export class Defect extends Error {
  override readonly name: string = 'Defect';
}

/**
 * Whether an error of work on files is a defect of this program. Errors of storage, sources and the system have their
 * own class or a system call; all others are defects.
 */
export const isDefect = (error: unknown): boolean =>
  !(error instanceof StorageError || error instanceof SourceError) &&
  !(typeof error === 'object' && error !== null && 'syscall' in error);
