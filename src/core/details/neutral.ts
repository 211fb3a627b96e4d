/**
 * Characters that are invisible or change how their neighbours are shown: controls (C0, C1), direction marks,
 * zero-width characters, line and paragraph separators, lone surrogates.
 */
const unseen = '\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}';

const unseenRuns = new RegExp(`[${unseen}]+`, 'gu');
const unseenInText = new RegExp(`(?![\\n\\t])[${unseen}]`, 'gu');
/** C0 controls and lone surrogates are not included: `JSON.stringify` escapes them itself. */
const unseenInJson = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Returns text from any source as one line of visible characters. Invisible ones become a space. */
export const oneLine = (text: string): string => text.replace(unseenRuns, ' ').trim();

/**
 * Returns text from any source, safe to print on a terminal. Invisible characters become U+FFFD, because they could
 * control the terminal or hide text. Line feeds and tabs stay.
 */
export const neutralText = (text: string): string => text.replace(unseenInText, '\ufffd');

/** The same on one line, so that foreign text cannot imitate lines of ours. */
export const neutralLine = (text: string): string => neutralText(text.replace(/\r?\n|\t/g, ' '));

/**
 * Returns a value as JSON, safe to print on a terminal. Invisible characters are escaped as `\u…`, so that JSON parsers
 * still read the exact text. `space` is that of `JSON.stringify`.
 */
export function neutralJson(value: unknown, space?: number): string {
  // For values that are not JSON, this is undefined, which the return type of the function ignores.
  const json = JSON.stringify(value, null, space) as string | undefined;
  return escapeUnseen(json ?? 'null');
}

/** Returns JSON text with its invisible characters escaped. */
export const escapeUnseen = (json: string): string =>
  json.replace(unseenInJson, (character) =>
    Array.from({ length: character.length }, (_, unit) => {
      const hex = character.charCodeAt(unit).toString(16);
      return `\\u${hex.padStart(4, '0')}`;
    }).join(''),
  );
