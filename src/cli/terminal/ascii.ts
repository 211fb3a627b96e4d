import { isAsciiTerminal } from '../../config/host/ascii-terminal';

/** What we draw with, and what stands for it in ASCII. */
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

/** A text as the terminal can draw it: where that is ASCII, our own drawing is. Letters of names stay as they are. */
export const drawable = (text: string): string =>
  isAsciiTerminal() ? text.replace(drawn, (seen) => inAscii[seen] ?? seen) : text;

/** Stands at the end of what was cut off, one column wide. */
export const ellipsis = (): string => (isAsciiTerminal() ? '~' : '…');
