/** Needs no quotes in sh, bash and zsh. */
const plain = /^[\w./:@%+,-]+$/;

/**
 * What must not stand in single quotes. Backticks, bars and `{…}` are replaced where details are shown (`markdown.ts`).
 * What cannot be seen, and spaces that HTML joins, are lost when a line is copied.
 */
const lost = /[`|{}\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|^ | {2}| $/u;

/** No portable word gives a shell these: none can hold NUL, and `$(…)` drops line feeds at the end. */
const isUnspeakable = (text: string): boolean => text.includes('\0') || text.endsWith('\n');

/** Stands for an id that cannot be typed; no workflow and no import has this id by chance. */
const placeholder = "'(an id that cannot be typed)'";

/**
 * A text as one word of a command line, which sh, bash and zsh read as exactly this text, and which runs nothing that
 * the text says. It holds only characters that can be seen, and none that Markdown, the Temporal UI or our own output
 * replaces: so a line made of such words can be shown anywhere, as long as nothing is cut off. Quote last; whatever
 * changes the text comes before.
 */
export function shellWord(text: string): string {
  if (plain.test(text)) return text;
  if (isUnspeakable(text)) return placeholder;
  if (!lost.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  return `"$(printf %b '${text.replaceAll(/[^\w ./:@+,-]|^ | {2,}| $/gu, octal)}')"`;
}

/** Characters as the octal escapes of their bytes in UTF-8, which `%b` of POSIX `printf` reads. */
function octal(characters: string): string {
  const encoded = encodeURIComponent(characters.replace(/\p{Cs}/gu, '\ufffd'));
  return encoded.replace(/%([0-9A-F]{2})|[^%]/g, (seen, hex: string | undefined) => {
    const byte = hex === undefined ? seen.charCodeAt(0) : Number.parseInt(hex, 16);
    return `\\0${byte.toString(8).padStart(3, '0')}`;
  });
}
