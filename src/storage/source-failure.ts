import { SourceError } from '../ports/source-error';
import { fileRefusal } from './refusals';
import { storageError } from './storage-error';

/**
 * What a source that could not be read fails with: a `SourceError` when it would fail again, else a StorageError.
 * `accepted` is what the URI is to name.
 */
export function sourceFailure(uri: string, error: unknown, accepted: string): Error {
  if (error instanceof SourceError) return error;
  const failure = storageError(`reading ${uri}`, error, fileRefusal(error));
  if (failure.refusal === null) return failure;
  return new SourceError('source.uri', `${uri} (${failure.refusal})`, accepted);
}
