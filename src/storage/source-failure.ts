import { SourceError } from '../ports/source-error';
import { fileRefusal } from './refusals';
import { storageError } from './storage-error';

/**
 * The error for a source that could not be read: a `SourceError` if it would fail again, else a StorageError.
 * `accepted` says what the URI should name.
 */
export function sourceFailure(uri: string, error: unknown, accepted: string): Error {
  if (error instanceof SourceError) return error;
  const failure = storageError(`reading ${uri}`, error, fileRefusal(error));
  if (failure.refusal === null) return failure;
  return new SourceError('source.uri', `${uri} (${failure.refusal})`, accepted);
}
