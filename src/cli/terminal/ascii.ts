import { isAsciiTerminal } from '../../config/host/ascii-terminal';

/** ASCII replacements for our drawing characters. */
const inAscii: Record<string, string> = {
  '─': '-',
  '–': '-',
  '…': '...',
  '→': '->',
  '█': '#',
  '░': '.',
  '¦': '|',
  '\u00a0': ' ',
  '\ufffd': '?',
};

const drawn = new RegExp(`[${Object.keys(inAscii).join('')}]`, 'g');

/** Replaces our drawing characters if the terminal shows only ASCII. Letters in names stay. */
export const drawable = (text: string): string =>
  isAsciiTerminal() ? text.replace(drawn, (seen) => inAscii[seen] ?? seen) : text;

/** Marks truncated text; one column wide. */
export const ellipsis = (): string => (isAsciiTerminal() ? '~' : '…');
