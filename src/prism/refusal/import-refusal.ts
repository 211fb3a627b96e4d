import type { StartImportRequest } from '../../ports/import-api';
import { givingWay } from '../../ports/give-way';
import { PrismError, type NamedRow, type RefusalSubject } from '../../ports/prism-error';
import { WrittenRow } from '../../ports/written-row';
import { answerLimits } from '../answer-limits';
import { errorBodyOf, isCodeWord, refusal } from '../answers';
import type { HttpAnswer } from '../http-answer';
import { readNamedRows } from './named-rows';
import { maskValues, maskValuesOfAll, type Mask } from '../server-text';

type Rows = StartImportRequest['rows'];

/** The error for an answer other than 2xx to an import. For 400 and 422, it says which rows the API names. */
export async function importRefusal(answer: HttpAnswer, rows: Rows, mask: Mask): Promise<PrismError> {
  const body = await errorBodyOf(answer);
  const error = await refusal(answer, { secrets: mask, message: maskValues(rows) }, body);
  if (!isOfRows(answer.status)) return error;
  const subject = await readNamedRows(body, {
    rows: rows.length,
    quotes: async (looksLikeName) => {
      for await (const row of givingWay(rows)) if (looksLikeName(textOf(row))) return true;
      return false;
    },
  });
  return new PrismError(error.message, { ...error.facts, refusal: await masked(subject, rows, mask) });
}

const isOfRows = (status: number): boolean => status === 400 || status === 422;

/** Maximum bytes to read of an answer other than 2xx to an import. */
export const refusalBytes = (status: number): number =>
  isOfRows(status) ? answerLimits.refusalBytes : answerLimits.errorBytes;

const textOf = (row: Rows[number]): string =>
  row instanceof WrittenRow ? row.json.toString('utf8') : JSON.stringify(row);

/** Removes secrets and contents of rows from codes and messages, in one pass over the rows. */
async function masked(subject: RefusalSubject, rows: Rows, mask: Mask): Promise<RefusalSubject> {
  const isFree = (text: string | null): text is string => text !== null && !isCodeWord(text);
  const open = [...new Set(subject.rows.flatMap(({ code, message }) => [code, message].filter(isFree)))];
  if (open.length === 0) return subject;
  const withoutSecrets: string[] = [];
  for await (const text of givingWay(open)) withoutSecrets.push(mask(text));
  const hidden = await maskValuesOfAll(rows, withoutSecrets);
  const shown = new Map(open.map((text, index) => [text, hidden[index] ?? null]));
  const shownText = (text: string | null) => (isFree(text) ? (shown.get(text) ?? null) : text);
  const named = ({ index, code, message }: NamedRow) => ({
    index,
    code: shownText(code),
    message: shownText(message),
  });
  return { ...subject, rows: subject.rows.map(named) };
}
