import type { StartImportRequest } from '../../ports/import-api';
import { PrismError, type NamedRow, type RefusalSubject } from '../../ports/prism-error';
import { WrittenRow } from '../../ports/written-row';
import { isCodeWord, refusal } from '../answers';
import type { HttpAnswer } from '../http-answer';
import { readNamedRows } from './named-rows';
import { maskValues, type Mask } from '../server-text';

type Rows = StartImportRequest['rows'];

/** The error that an answer other than 2xx to an import is; for 400 and 422 it says which rows the API names. */
export async function importRefusal(answer: HttpAnswer, rows: Rows, mask: Mask): Promise<PrismError> {
  const error = await refusal(answer, { secrets: mask, message: maskValues(rows) });
  if (answer.status !== 400 && answer.status !== 422) return error;
  const subject = readNamedRows(answer.errorBody.toString('utf8'), {
    rows: rows.length,
    quotes: (looksLikeName) => rows.some((row) => looksLikeName(textOf(row))),
  });
  return new PrismError(error.message, { ...error.facts, refusal: await masked(subject, rows, mask) });
}

const textOf = (row: Rows[number]): string =>
  row instanceof WrittenRow ? row.json.toString('utf8') : JSON.stringify(row);

/** Codes and messages without secrets and without what any row says, which takes one pass over the rows. */
async function masked(subject: RefusalSubject, rows: Rows, mask: Mask): Promise<RefusalSubject> {
  const isFree = (text: string | null): text is string => text !== null && !isCodeWord(text);
  const open = [...new Set(subject.rows.flatMap(({ code, message }) => [code, message].filter(isFree)))];
  if (open.length === 0) return subject;
  // Masks take out line ends, so that one can stand between the texts.
  const hidden = (await maskValues(rows)(open.map(mask).join('\n'))).split('\n');
  const shown = new Map(open.map((text, index) => [text, hidden[index] ?? null]));
  const said = (text: string | null) => (isFree(text) ? (shown.get(text) ?? null) : text);
  const named = ({ index, code, message }: NamedRow) => ({ index, code: said(code), message: said(message) });
  return { ...subject, rows: subject.rows.map(named) };
}
