import { InvalidArgumentError } from 'commander';
import type { ImportRecordsInput } from '../../core/pipeline/input';

/** The target of each column, by its name. */
export type ColumnMapping = NonNullable<ImportRecordsInput['source']['mapping']>;

/**
 * Collects the columns of a repeatable option: `A=slug`, `A=`, `A=slug:number`, `A=slug[;]`, `A=slug:number[;]`. `#3`
 * is the third column; an empty name is the column without a name.
 */
export function parseColumnMapping(text: string, previous: ColumnMapping = {}): ColumnMapping {
  const form = 'COLUMN=SLUG, COLUMN=, COLUMN=SLUG:TYPE or COLUMN=SLUG[SEPARATOR]';
  const at = text.indexOf('=');
  const [, property, type, separator] =
    /^([^:[\]]+)(?::([a-z]+))?(?:\[(.+)\])?$/.exec(text.slice(at + 1)) ?? [];
  if (at < 0 || (property === undefined && at < text.length - 1)) {
    throw new InvalidArgumentError(`Saw ${JSON.stringify(text)}, expected ${form}.`);
  }
  const column = text.slice(0, at);
  if (Object.hasOwn(previous, column))
    throw new InvalidArgumentError(`Saw ${JSON.stringify(column)} twice, expected each column once.`);
  if (property === undefined) return { ...previous, [column]: null };
  if (type === undefined && separator === undefined) return { ...previous, [column]: property };
  // The schema validates the type, and its error lists the types.
  const typed = {
    ...(type !== undefined && { type: type as 'string' }),
    ...(separator !== undefined && { separator }),
  };
  return { ...previous, [column]: { property, ...typed } };
}
