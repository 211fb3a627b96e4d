import { count, counted } from '../../../core/details/markdown';
import { showName } from '../../../sources/rows/show-names';
import { shellWord } from '../../../temporal/shell-word';
import { print, printLine } from '../../terminal/output';
import type { LiveFindings } from './live-check';
import type { RowCount } from './row-count';

/** Which property each column goes to. */
type Columns = readonly { column: string; property: string | null }[];

/** Prints the findings of the live check for people. */
export function printLiveFindings(found: LiveFindings, columns: Columns): void {
  print(`Live check, by one request to the API (${found.request}), which knows ${properties(found)}:`);
  const lines = [
    ...found.unknownProperties.map((each) => unknownProperty(each, found.listNotAsked)),
    ...rest(found.moreUnknownProperties, 'more that are not properties'),
    ...found.misfits.map((each) => misfit(each, columns)),
    ...found.unknownOptions.flatMap(unknownOptions),
    ...found.missingRequired.map(missing),
    ...unchecked(found.unchecked),
  ];
  for (const line of lines) printLine(`  ${line}`);
  print(
    found.rowsRefused === 0
      ? '  By these definitions the API would refuse no row.'
      : `  By these definitions the API would refuse ${counted(found.rowsRefused, 'row')}.`,
  );
}

const properties = ({ properties: number }: LiveFindings): string =>
  `${count(number)} ${number === 1 ? 'property' : 'properties'}`;

const unknownProperty = (
  { property, nearest, ...rows }: LiveFindings['unknownProperties'][number],
  listNotAsked: boolean,
): string =>
  `${showName(property)} is not a property of the workspace: ${inRows(rows)}${nearestOnes(nearest)}` +
  (listNotAsked ? '; it may be a property of the list, which was not checked' : '');

function misfit(
  { property, type, expected, map, ...rows }: LiveFindings['misfits'][number],
  columns: Columns,
): string {
  const column = columns.find((each) => each.property === property)?.column ?? property;
  const advice = map === null ? '' : `; --map ${shellWord(`${column}=${property}${map}`)} reads it so`;
  return `${showName(property)} takes ${expected} (${type}), but has something else in ${inRows(rows)}${advice}`;
}

function unknownOptions({
  property,
  type,
  created,
  values,
  moreValues,
}: LiveFindings['unknownOptions'][number]): string[] {
  const advice = created
    ? 'the import creates them, because of --create-missing-options'
    : '--create-missing-options would create them';
  return [
    `${showName(property)} has no such options (${type}); ${advice}:`,
    ...values.map(
      ({ value, nearest, ...rows }) => `  ${showName(value)} in ${inRows(rows)}${nearestOnes(nearest)}`,
    ),
    ...rest(moreValues, 'more values').map((line) => `  ${line}`),
  ];
}

const missing = ({ property, ...rows }: LiveFindings['missingRequired'][number]): string =>
  `${showName(property)} is required, and has no value in ${inRows(rows)}; the API does not document whether an import fails then`;

function unchecked(found: LiveFindings['unchecked']): string[] {
  if (found.length === 0) return [];
  const names = found.map(({ property, type }) => `${showName(property)} (${type})`);
  return [`Values of ${names.join(', ')} were not checked: their format is not documented, or not simple`];
}

const inRows = ({ rows, lines }: RowCount): string =>
  `${counted(rows, 'row')} (${rows > lines.length ? 'first on ' : ''}line${lines.length === 1 ? '' : 's'} ${lines.join(', ')})`;

const nearestOnes = (words: readonly string[]): string =>
  words.length === 0 ? '' : `; nearest: ${words.map(showName).join(', ')}`;

const rest = (number: number, what: string): string[] =>
  number > 0 ? [`and at least ${count(number)} ${what}`] : [];
