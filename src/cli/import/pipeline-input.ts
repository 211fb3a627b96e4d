import { access, constants, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ObjectType } from '../../core/api/object-types';
import { importRecordsInputSchema, type ImportRecordsInput } from '../../core/pipeline/input';
import { SourceError } from '../../ports/source-error';
import type { LineEnd, SourceFormat } from '../../core/pipeline/source-formats';
import { checkSourceUri } from '../../storage/source-opener';
import { exitCodes } from '../exit-codes';
import { requireValid } from '../checks';
import { CommandError } from '../command-error';
import type { ColumnMapping } from './parse-column-mapping';

/** Options that describe a pipeline. */
export interface PipelineFlags {
  objectType: ObjectType;
  format?: SourceFormat;
  map?: ColumnMapping;
  mapping?: string;
  delimiter?: string;
  encoding?: string;
  lineEnd?: LineEnd;
  lenientQuotes?: boolean;
  keepRepeatedHeaders?: boolean;
  dedupeBy?: string;
  updateExisting?: boolean;
  createMissingOptions?: boolean;
  listId?: string;
  batchSize: number;
  maxConcurrentImports: number;
  maxExtraRequests?: number;
}

/** Whether the FILE of the command line is a URI for the workers, instead of a local path. */
export const isSourceUri = (file: string): boolean => /^(file:\/\/|s3:\/\/)/.test(file);

/**
 * The validated input of a pipeline, for a local file or a URI that the workers can read. Throws a usage error if the
 * file cannot be read or an option cannot be used.
 */
export async function pipelineInput(
  teamId: string,
  file: string,
  flags: PipelineFlags,
): Promise<ImportRecordsInput> {
  const {
    objectType,
    delimiter: separator,
    encoding,
    dedupeBy,
    listId,
    batchSize,
    maxConcurrentImports,
    maxExtraRequests,
  } = flags;
  const uri = isSourceUri(file) ? file : pathToFileURL(await readableFile(file)).href;
  const mapping = { ...(flags.mapping !== undefined && (await mappingOf(flags.mapping))), ...flags.map };
  const input: ImportRecordsInput = {
    teamId,
    objectType,
    source: {
      uri,
      ...(flags.format !== undefined && { format: flags.format }),
      ...(Object.keys(mapping).length > 0 && { mapping }),
      ...(separator !== undefined && { delimiter: separator }),
      ...(encoding !== undefined && { encoding }),
      ...(flags.lineEnd !== undefined && { lineEnd: flags.lineEnd }),
      ...(flags.lenientQuotes === true && { lenientQuotes: true }),
      ...(flags.keepRepeatedHeaders === true && { repeatedHeaders: 'keep' }),
    },
    options: {
      ...(dedupeBy !== undefined && { dedupe_by: dedupeBy }),
      ...(flags.updateExisting === true && { update_existing: true }),
      ...(flags.createMissingOptions === true && { create_missing_options: true }),
      ...(listId !== undefined && { list_id: listId }),
    },
    batchSize,
    maxConcurrentImports,
    ...(maxExtraRequests !== undefined && { maxExtraRequests }),
  };
  requireValid(importRecordsInputSchema, input);
  requireSourceUri(uri);
  return input;
}

function requireSourceUri(uri: string): void {
  try {
    checkSourceUri(uri);
  } catch (cause) {
    throw cause instanceof SourceError ? new CommandError(cause.message, exitCodes.usage, { cause }) : cause;
  }
}

/** Reads the mapping from a file; each column is validated with the rest of the input. */
async function mappingOf(file: string): Promise<ColumnMapping> {
  const refuse = (seen: string, cause?: unknown) => {
    const message = `mapping: saw ${JSON.stringify(file)} (${seen}), expected a file with a JSON object by column`;
    return new CommandError(message, exitCodes.usage, { cause });
  };
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw refuse((cause as NodeJS.ErrnoException).code ?? 'an error', cause);
  });
  try {
    const mapping: unknown = JSON.parse(text);
    if (typeof mapping === 'object' && mapping !== null && !Array.isArray(mapping))
      return mapping as ColumnMapping;
  } catch (cause) {
    throw refuse('not JSON', cause);
  }
  throw refuse('not an object');
}

async function readableFile(file: string): Promise<string> {
  const path = resolve(file);
  const refuse = (seen: string, cause?: unknown) =>
    new CommandError(
      `file: saw ${JSON.stringify(file)} (${seen}), expected a file that can be read`,
      exitCodes.usage,
      { cause },
    );
  const found = await stat(path).catch((cause: unknown) => {
    throw refuse((cause as NodeJS.ErrnoException).code ?? 'an error', cause);
  });
  if (!found.isFile()) throw refuse(found.isDirectory() ? 'a directory' : 'not a regular file');
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw refuse('no permission', cause);
  });
  return path;
}
