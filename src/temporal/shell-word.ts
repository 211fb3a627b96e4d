/** Text that needs no quotes in sh, bash and zsh. */
const plain = /^[\w./:@%+,-]+$/;

/**
 * Characters that single quotes cannot preserve. Where details are shown, backticks, bars and `{…}` are replaced
 * (`markdown.ts`). Copying a line loses invisible characters, and spaces that HTML joins.
 */
const lost = /[`|{}\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|^ | {2}| $/u;

/** No portable word can express these: none can hold NUL, and `$(…)` drops trailing line feeds. */
const isUnspeakable = (text: string): boolean => text.includes('\0') || text.endsWith('\n');

/** Stands for an id that cannot be typed. No workflow or import has this id by chance. */
const placeholder = "'(an id that cannot be typed)'";

/**
 * Quotes a text as one word of a command line, which sh, bash and zsh read as exactly this text, without running any of
 * it. The word holds only visible characters, and none that Markdown, the Temporal UI or our own output replaces. So a
 * line of such words can be shown anywhere, if nothing cuts it off. Make any change to the text before you quote it.
 */
export function shellWord(text: string): string {
  if (plain.test(text)) return text;
  if (isUnspeakable(text)) return placeholder;
  if (!lost.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  return `"$(printf %b '${text.replaceAll(/[^\w ./:@+,-]|^ | {2,}| $/gu, octal)}')"`;
}

/** Characters as octal escapes of their UTF-8 bytes, which `%b` of POSIX `printf` reads. */
function octal(characters: string): string {
  const encoded = encodeURIComponent(characters.replace(/\p{Cs}/gu, '\ufffd'));
  return encoded.replace(/%([0-9A-F]{2})|[^%]/g, (seen, hex: string | undefined) => {
    const byte = hex === undefined ? seen.charCodeAt(0) : Number.parseInt(hex, 16);
    return `\\0${byte.toString(8).padStart(3, '0')}`;
  });
}
