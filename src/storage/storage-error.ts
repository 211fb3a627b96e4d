import { StorageError } from '../ports/storage-error';
import { noFile, noObject } from './refusals';

/**
 * A StorageError for an attempted operation. The cause is a copy of message and code, since SDK errors contain requests
 * and responses. `refusal` says why it would fail again, if known.
 */
export function storageError(tried: string, error: unknown, refusal: string | null = null): StorageError {
  if (error instanceof StorageError) return error;
  const { name, message, code } = error as { name?: unknown; message?: unknown; code?: unknown };
  const kind = [code, name].find((word) => typeof word === 'string' && word !== 'Error');
  const reason = typeof message === 'string' && message !== '' ? message : 'no reason given';
  const seen = typeof kind === 'string' && !reason.includes(kind) ? `${kind}: ${reason}` : reason;
  const missing = code === 'ENOENT' || refusal === noFile || refusal === noObject;
  return new StorageError(`${tried}: ${seen}`, { refusal, missing, cause: new Error(seen) });
}
