import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config/config';
import { dedupeProperty } from '../../core/pipeline/dedupe-value';
import { importRecordsInputSchema, type ImportRecordsInput } from '../../core/pipeline/input';
import { SourceError } from '../../ports/source-error';
import { inspectSource } from '../../sources/inspect-source';
import { S3Objects } from '../../storage/s3-objects';
import { createSourceOpener } from '../../storage/source-opener';
import { CommandError } from '../command-error';
import { exitCodes } from '../exit-codes';

/**
 * Throws a usage error for a local file that a worker would refuse by its beginning: by its format, its header, or a
 * mapping that does not match the header.
 */
export async function requireReadable(
  input: ImportRecordsInput,
  { s3Endpoint }: Pick<Config, 's3Endpoint'>,
): Promise<void> {
  const { source, options } = importRecordsInputSchema.parse(input);
  // An empty file has nothing to check: the worker refuses it.
  if (!source.uri.startsWith('file:') || (await stat(fileURLToPath(source.uri))).size === 0) return;
  try {
    const opener = createSourceOpener(new S3Objects(s3Endpoint), null);
    const asked = { dedupeBy: dedupeProperty(options), isOwnFile: true };
    await inspectSource(source, opener, asked);
  } catch (cause) {
    throw cause instanceof SourceError ? new CommandError(cause.message, exitCodes.usage, { cause }) : cause;
  }
}
