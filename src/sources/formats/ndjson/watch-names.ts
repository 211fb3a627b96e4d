import type { Source } from '../../../core/pipeline/source';
import { nearest } from '../../../ports/nearest';
import { isRecognisedHeader } from '../../rows/recognise-header';
import { jsonExcess, rowLimits } from '../../rows/row-limits';
import { showName, showNames } from '../../rows/show-names';
import type { SplitRow } from '../../rows/split-rows';
import type { RowWatch } from '../row-format';

/** Rows all of whose names are looked at; of later ones, those that may have a mapped name that none had before. */
const lookedAtRows = 100_000;
/** Names that are looked for in a row before it is read. */
const maxSought = 20;
/** How a name stands in a row, but for escapes that nobody writes. */
const plainName = /^[ !#-[\]-~]+$/;

/** Names that are remembered: rows may each have others. */
const maxNames = 2000;

/** Notes which names of a mapping no row has, and which names of rows it says nothing of; none without a mapping. */
export function watchNames({ mapping }: Source): RowWatch {
  if (mapping === undefined) return { see: null, notes: () => ({ findings: [], warnings: [] }) };
  const unseen = new Set(Object.keys(mapping));
  const unmapped = new Set<string>();
  let rows = 0;
  let sought: readonly Buffer[] | null = null;
  const mayTell = (raw: Buffer): boolean => {
    if (rows < lookedAtRows) return true;
    sought ??= soughtIn(unseen);
    return sought === null || sought.some((name) => raw.includes(name));
  };
  const see = (row: SplitRow, raw: Buffer): void => {
    if (row.malformed !== null || !mayTell(raw)) return;
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

/** What to look for in the bytes of a row to find names; null when rows must be read for that. */
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
    return []; // it is malformed, and the report says so
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
