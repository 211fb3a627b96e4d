import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config/config';
import { dedupeProperty } from '../../core/pipeline/dedupe-value';
import { importRecordsInputSchema, type ImportRecordsInput } from '../../core/pipeline/input';
import { SourceError } from '../../ports/source-error';
import { lookAtSource } from '../../sources/look-at-source';
import { S3Objects } from '../../storage/s3-objects';
import { createSourceOpener } from '../../storage/source-opener';
import { CommandError } from '../command-error';
import { exitCodes } from '../exit-codes';

/**
 * Throws a usage error for a file of this host whose beginning tells that a worker would refuse it: by its format, by
 * its header, or since the mapping does not go with that.
 */
export async function requireReadable(
  input: ImportRecordsInput,
  { s3Endpoint }: Pick<Config, 's3Endpoint'>,
): Promise<void> {
  const { source, options } = importRecordsInputSchema.parse(input);
  // In an empty file there is nothing to look at: the worker refuses it.
  if (!source.uri.startsWith('file:') || (await stat(fileURLToPath(source.uri))).size === 0) return;
  try {
    const opener = createSourceOpener(new S3Objects(s3Endpoint), null);
    const asked = { dedupeBy: dedupeProperty(options), isOwnFile: true };
    await lookAtSource(source, opener, asked);
  } catch (cause) {
    throw cause instanceof SourceError ? new CommandError(cause.message, exitCodes.usage, { cause }) : cause;
  }
}
