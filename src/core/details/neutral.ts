/**
 * Characters that show as nothing, or change how their neighbours show: controls (C0, C1), direction marks, zero-width
 * characters, separators of lines and paragraphs, halves of surrogate pairs.
 */
const unseen = '\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}';

const unseenRuns = new RegExp(`[${unseen}]+`, 'gu');
const unseenInText = new RegExp(`(?![\\n\\t])[${unseen}]`, 'gu');
/** `JSON.stringify` itself escapes C0 and halves of surrogate pairs. */
const unseenInJson = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text of any origin as one line of characters that can be seen; what cannot be seen becomes a space. */
export const oneLine = (text: string): string => text.replace(unseenRuns, ' ').trim();

/**
 * A text of any origin, fit for a terminal: what cannot be seen becomes U+FFFD, for it could command the terminal or
 * hide what is shown. Line feeds and tabs stay.
 */
export const neutralText = (text: string): string => text.replace(unseenInText, '\ufffd');

/** The same on one line, so that a text of foreign origin cannot pass for lines of ours. */
export const neutralLine = (text: string): string => neutralText(text.replace(/\r?\n|\t/g, ' '));

/**
 * A value as JSON, fit for a terminal: what cannot be seen is escaped as `\u…`, so that a reader of JSON gets the exact
 * text. `space` is that of `JSON.stringify`.
 */
export function neutralJson(value: unknown, space?: number): string {
  // Anything but a value of JSON gives undefined, which the type of the function leaves out.
  const json = JSON.stringify(value, null, space) as string | undefined;
  return escapeUnseen(json ?? 'null');
}

/** JSON text in which what cannot be seen is escaped. */
export const escapeUnseen = (json: string): string =>
  json.replace(unseenInJson, (character) =>
    Array.from({ length: character.length }, (_, unit) => {
      const hex = character.charCodeAt(unit).toString(16);
      return `\\u${hex.padStart(4, '0')}`;
    }).join(''),
  );
