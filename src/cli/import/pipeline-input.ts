import { access, constants, readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { objectTypes, type ObjectType } from '../../core/api/import-job';
import { importRecordsInputSchema, type ImportRecordsInput } from '../../core/pipeline/input';
import { exitCodes } from '../exit-codes';
import { requireValid, wholeNumber } from '../options';
import { CommandError } from '../terminal/output';

type Mapping = NonNullable<ImportRecordsInput['source']['mapping']>;

/** What the command line says of a pipeline. */
export interface PipelineFlags {
  objectType: ObjectType;
  format?: 'csv' | 'ndjson';
  map?: Mapping;
  mapping?: string;
  delimiter?: string;
  encoding?: string;
  dedupeBy?: string;
  updateExisting?: boolean;
  createMissingOptions?: boolean;
  listId?: string;
  batchSize: number;
  maxConcurrentImports: number;
}

/** Adds what says how a file is to be imported. */
export function withPipelineOptions(command: Command): Command {
  return command
    .addOption(new Option('--object-type <type>', 'kind of record').choices(objectTypes))
    .addOption(new Option('--format <format>', "default: by the file's name").choices(['csv', 'ndjson']))
    .option(
      '--map <column=slug>',
      'write a column, or a name of NDJSON, to a property; repeatable; see below',
      columnMapping,
    )
    .option('--mapping <file>', 'JSON file of what does not fit into --map, which goes before it; see below')
    .option(
      '--delimiter <character>',
      "between the cells of a CSV; '\\t' is a tab (default: a comma)",
      delimiter,
    )
    .option('--encoding <name>', "of the file's text, such as windows-1252 (default: utf-8)")
    .option('--dedupe-by <slug>', 'property that tells records apart: makes repeating an import harmless')
    .option('--update-existing', 'update records that are there already', false)
    .option('--create-missing-options', 'create options that a select does not have', false)
    .option('--list-id <id>', 'list that the records belong to')
    .option('--batch-size <rows>', 'rows per import', wholeNumber(1), 1000)
    .option('--max-concurrent-imports <number>', 'imports at the same time', wholeNumber(1), 4);
}

/** Says how columns are mapped; ends the help of a command. */
export const mappingHelp = `
Mapping columns (what is not mapped is written to the property of its own name):
  --map 'Company=name'              to the property name
  --map 'Notes='                    left out
  --map 'Staff=headcount:number'    read as number, boolean or json
  --map 'Tags=labels[;]'            split at the separator into several values
  --map 'Years=years:number[, ]'    both
  --mapping FILE                    {"Company": "name", "Notes": null, "Staff": {"property": "headcount", "type": "number"},
                                    "Tags": {"property": "labels", "separator": ";"}}`;

/**
 * The input of a pipeline for a file on this host, or a URI that the workers can read, checked. Throws a usage error
 * when the file cannot be read or anything else cannot be used.
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
  } = flags;
  const isUri = /^(file:\/\/|s3:\/\/)/.test(file);
  const uri = isUri ? file : pathToFileURL(await readableFile(file)).href;
  const mapping = { ...(flags.mapping !== undefined && (await mappingOf(flags.mapping))), ...flags.map };
  const input: ImportRecordsInput = {
    teamId,
    objectType,
    source: {
      uri,
      format: flags.format ?? formatOf(file),
      ...(Object.keys(mapping).length > 0 && { mapping }),
      ...(separator !== undefined && { delimiter: separator }),
      ...(encoding !== undefined && { encoding }),
    },
    options: {
      ...(dedupeBy !== undefined && { dedupe_by: dedupeBy }),
      ...(flags.updateExisting === true && { update_existing: true }),
      ...(flags.createMissingOptions === true && { create_missing_options: true }),
      ...(listId !== undefined && { list_id: listId }),
    },
    batchSize,
    maxConcurrentImports,
  };
  requireValid(importRecordsInputSchema, input);
  return input;
}

/** Collects columns of a repeatable option: `A=slug`, `A=`, `A=slug:number`, `A=slug[;]`, `A=slug:number[;]`. */
export function columnMapping(text: string, previous: Mapping = {}): Mapping {
  const form = 'COLUMN=SLUG, COLUMN=, COLUMN=SLUG:TYPE or COLUMN=SLUG[SEPARATOR]';
  const at = text.indexOf('=');
  const [, property, type, separator] =
    /^([^:[\]]+)(?::([a-z]+))?(?:\[(.+)\])?$/.exec(text.slice(at + 1)) ?? [];
  if (at < 1 || (property === undefined && at < text.length - 1)) {
    throw new InvalidArgumentError(`Saw ${JSON.stringify(text)}, expected ${form}.`);
  }
  const column = text.slice(0, at);
  if (property === undefined) return { ...previous, [column]: null };
  if (type === undefined && separator === undefined) return { ...previous, [column]: property };
  // The schema checks the type, and names those there are.
  const typed = {
    ...(type !== undefined && { type: type as 'string' }),
    ...(separator !== undefined && { separator }),
  };
  return { ...previous, [column]: { property, ...typed } };
}

/** The mapping in a file; each column is checked with the rest of the input. */
async function mappingOf(file: string): Promise<Mapping> {
  const refuse = (seen: string, cause?: unknown) => {
    const message = `mapping: saw ${JSON.stringify(file)} (${seen}), expected a file with a JSON object by column`;
    return new CommandError(message, exitCodes.usage, { cause });
  };
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw refuse((cause as NodeJS.ErrnoException).code ?? 'an error', cause);
  });
  try {
    const mapping: unknown = JSON.parse(text);
    if (typeof mapping === 'object' && mapping !== null && !Array.isArray(mapping)) return mapping as Mapping;
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

function formatOf(file: string): 'csv' | 'ndjson' {
  const name = file.toLowerCase().replace(/\.gz$/, '');
  return ['.ndjson', '.jsonl'].includes(extname(name)) ? 'ndjson' : 'csv';
}

const delimiter = (text: string): string => (text === '\\t' ? '\t' : text);
