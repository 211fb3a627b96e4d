import type { Source } from '../../../core/pipeline/source';
import { nearest } from '../../../ports/nearest';
import { isRecognisedHeader } from '../../rows/recognise-header';
import { jsonExcess, rowLimits } from '../../rows/row-limits';
import { showName, showNames } from '../../rows/show-names';
import type { SplitRow } from '../../rows/split-rows';
import type { RowWatch } from '../row-format';

/**
 * Up to this many rows, all names are checked. Of later rows, only those that may have a mapped name that no row had
 * before.
 */
const fullyCheckedRows = 100_000;
/** Maximum number of names to search for in a row before it is parsed. */
const maxSought = 20;
/** A name as written in a row, except for unusual escapes. */
const plainName = /^[ !#-[\]-~]+$/;

/** Maximum number of names to remember, since every row may have others. */
const maxNames = 2000;

/**
 * Collects the names of a mapping that no row has, and the names of rows that it does not mention; nothing without a
 * mapping.
 */
export function watchNames({ mapping }: Source): RowWatch {
  if (mapping === undefined) return { see: null, notes: () => ({ findings: [], warnings: [] }) };
  const unseen = new Set(Object.keys(mapping));
  const unmapped = new Set<string>();
  let rows = 0;
  let sought: readonly Buffer[] | null = null;
  const mayHaveNewName = (raw: Buffer): boolean => {
    if (rows < fullyCheckedRows) return true;
    sought ??= soughtIn(unseen);
    return sought === null || sought.some((name) => raw.includes(name));
  };
  const see = (row: SplitRow, raw: Buffer): void => {
    if (row.malformed !== null || !mayHaveNewName(raw)) return;
    rows += 1;
    for (const name of namesOf(raw.toString('utf8'))) {
      if (Object.hasOwn(mapping, name)) sought = unseen.delete(name) ? null : sought;
      else if (unmapped.size < maxNames) unmapped.add(name);
    }
  };
  return {
    see,
    notes: () => {
      const [missing, others] = [[...unseen], [...unmapped]];
      const mayShow = isRecognisedHeader(others, Object.keys(mapping));
      return {
        findings: [],
        warnings: [...unseenWarnings(missing, others, mayShow), ...unmappedWarnings(others, mayShow)],
      };
    },
  };
}

/** The bytes to search for in a row to find names; null if rows must be parsed for that. */
const soughtIn = (names: ReadonlySet<string>): Buffer[] | null =>
  names.size > maxSought || [...names].some((name) => !plainName.test(name))
    ? null
    : [...names].map((name) => Buffer.from(`"${name}"`));

function namesOf(text: string): string[] {
  try {
    if (jsonExcess(text, rowLimits) !== null) return [];
    const row: unknown = JSON.parse(text);
    return typeof row === 'object' && row !== null && !Array.isArray(row) ? Object.keys(row) : [];
  } catch {
    return []; // malformed, which the report will say
  }
}

function unseenWarnings(missing: readonly string[], others: readonly string[], mayShow: boolean): string[] {
  const [first] = missing;
  if (first === undefined) return [];
  const subject =
    missing.length === 1 ? '1 name that it maps is' : `${missing.length} names that it maps are`;
  const [near] = mayShow
    ? nearest(
        first,
        others.map((word) => ({ word })),
      )
    : [];
  const hint = near === undefined ? '' : `; rows have ${showName(near)}`;
  return [`source.mapping: ${subject} in no row: ${showNames(missing)}${hint}`];
}

function unmappedWarnings(names: readonly string[], mayShow: boolean): string[] {
  if (names.length === 0) return [];
  const some = names.length === maxNames ? `${maxNames} or more` : String(names.length);
  const subject = names.length === 1 ? '1 name not given there is' : `${some} names not given there are`;
  const own = names.length === 1 ? 'as its own property' : 'as their own properties';
  return [`source.mapping: ${subject} imported ${own}${mayShow ? `: ${showNames(names)}` : ''}`];
}
