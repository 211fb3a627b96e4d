import { givingWay, isTurnOver, nextTurn } from '../ports/give-way';
import { tokensOf } from '../ports/json-text';
import { createSecretMask } from '../ports/secret-mask';
import { WrittenRow } from '../ports/written-row';

/** Removes what must not be shown from a text. */
export type Mask = (text: string) => string;

const shownCharacters = 300;
/** How much of a text, which may have some MiB, is read to find that many. */
const readCharacters = 32 * 1024;

/** A mask that removes the current secrets, control characters, and everything after 300 characters. */
export function maskSecrets(secrets: () => readonly string[]): Mask {
  const hide = createSecretMask(secrets, '…');
  return (text) => {
    const line = hide(text)
      .slice(0, readCharacters)
      .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
    return line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line;
  };
}

/**
 * A mask that removes every word of the rows' values, in any case. APIs that refuse rows like to quote them, and their
 * messages end up in logs and histories. Property slugs stay, since they say what to fix. The rows, which may be many,
 * are read only on use, with turns for others.
 */
export const maskValues =
  (rows: unknown) =>
  async (text: string): Promise<string> =>
    (await maskValuesOfAll(rows, [text]))[0] ?? '';

/** The same as {@link maskValues} for many texts, in one pass over the rows. */
export async function maskValuesOfAll(rows: unknown, texts: readonly string[]): Promise<string[]> {
  const said = new Set<string>();
  for await (const text of givingWay(texts)) for (const word of wordsOf(text)) said.add(word);
  const found = new Set<string>();
  for (const value of leaves(rows)) {
    for (let at = 0; at < value.length; at += sliceCharacters) {
      // The slices overlap, so a word that one slice cuts is whole in another.
      for (const word of wordsOf(value.slice(Math.max(0, at - maxWord), at + sliceCharacters))) {
        if (said.has(word)) found.add(word);
      }
      if (isTurnOver()) await nextTurn();
    }
  }
  const masked: string[] = [];
  for await (const text of givingWay(texts))
    masked.push(text.replace(wordPattern, (word) => (found.has(word.toLowerCase()) ? '…' : word)));
  return masked;
}

const wordPattern = /[\p{L}\p{M}\p{N}]+/gu;
/** Longer than any word of a message. */
const maxWord = 400;
const sliceCharacters = 32 * 1024;

function* wordsOf(text: string): Generator<string> {
  for (const [word] of text.matchAll(wordPattern)) yield word.toLowerCase();
}

function* numbersIn(json: string): Generator<string> {
  for (const { kind, start, end } of tokensOf(json)) if (kind === 'number') yield json.slice(start, end);
}

/** All strings and numbers in a value, at any depth. */
function* leaves(root: unknown): Generator<string> {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string' || typeof value === 'number') yield String(value);
    else if (value instanceof WrittenRow) {
      yield* numbersIn(value.json.toString('utf8')); // an API may quote digits that a JavaScript number loses
      open.push(value.read());
    } else if (typeof value === 'object' && value !== null) {
      for (const member of Object.values(value)) open.push(member);
    }
  }
}

/**
 * The content of an error body: its code, and its message with the fields it names. Both are null if it cannot be read.
 */
export interface ServerError {
  code: string | null;
  message: string | null;
  requestId: string | null;
}

/**
 * Reads both forms of the API's errors, `{error: {code, message, request_id, errors}}` and the flat `{code, message}`.
 * Any other body gives nulls, including null, which stands for an empty body or one that is not JSON.
 */
export function readServerError(body: unknown): ServerError {
  const flat = members(body);
  const nested = members(flat.error);
  const message = text(nested.message) ?? text(flat.message) ?? text(flat.error);
  const fields = Array.isArray(nested.errors) ? nested.errors.slice(0, 3).flatMap(describeField) : [];
  const said = [message, ...fields].filter((part) => part !== null);
  return {
    code: text(nested.code) ?? text(flat.code),
    message: said.length === 0 ? null : said.join('; '),
    requestId: text(nested.request_id) ?? text(flat.request_id),
  };
}

function describeField(entry: unknown): string[] {
  const { field, message } = members(entry);
  const said = [text(field), text(message)].filter((part) => part !== null);
  return said.length === 0 ? [] : [said.join(' ')];
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
