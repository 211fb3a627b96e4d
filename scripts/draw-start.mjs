// Draws docs/npm-start.svg: what `npm start` leaves on a terminal, from a real run of it on a pseudo-terminal.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import nodePty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const root = fileURLToPath(new URL('..', import.meta.url));
const picture = join(root, 'docs', 'npm-start.svg');
const size = { cols: 116, rows: 80 };
const limitMs = 20 * 60_000;
const ctrlC = '\u0003';

/** Size of a cell in pixels. */
const cell = { width: 8, height: 18 };
const margin = 16;
const fontSize = 13;
const foreground = '#d0d7de';
const background = '#0d1117';
/** The first eight colours of a terminal. */
const palette = ['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'];

const terminal = new xterm.Terminal({ ...size, allowProposedApi: true });
const isUp = /All of it stays up until Ctrl-C/;
const exitCode = await new Promise((resolve, reject) => {
  const env = { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  for (const name of ['CI', 'NO_COLOR', 'FORCE_COLOR', 'COLORTERM']) delete env[name];
  const pty = nodePty.spawn('npm', ['start'], { ...size, cwd: root, env });
  const limit = setTimeout(() => {
    pty.kill();
    reject(new Error(`npm start was not up after ${limitMs / 60_000} minutes.`));
  }, limitMs);
  let drawn = false;
  pty.onData((data) => {
    process.stderr.write(data);
    terminal.write(data, () => {
      if (drawn || !isUp.test(rows().join('\n'))) return;
      drawn = true;
      writeFileSync(picture, svg());
      pty.write(ctrlC);
    });
  });
  pty.onExit(({ exitCode: code }) => {
    clearTimeout(limit);
    resolve(drawn ? code : code || 1);
  });
});
process.exitCode = exitCode;

/** The lines of the screen, without the space at their ends. */
function rows() {
  const { active } = terminal.buffer;
  return Array.from({ length: active.length }, (_, row) => active.getLine(row).translateToString(true));
}

/** The screen from the command on, as a picture. */
function svg() {
  const texts = rows();
  const first = texts.findIndex((text) => text.startsWith('Temporal server at'));
  const last = texts.findIndex((text) => isUp.test(text));
  const lines = [`<tspan fill="${palette[2]}">$</tspan> npm start`];
  for (let row = first; row <= last; row += 1) lines.push(spans(terminal.buffer.active.getLine(row)));
  const width = size.cols * cell.width + 2 * margin;
  const height = lines.length * cell.height + 2 * margin;
  const body = lines.map(
    (line, row) => `<text x="${margin}" y="${margin + (row + 0.75) * cell.height}">${line}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    `  font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${fontSize}"`,
    `  fill="${foreground}" xml:space="preserve">`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    ...body,
    '</svg>\n',
  ].join('\n');
}

/** A line, in pieces of one colour each. Every piece begins at its column, whatever the font's width. */
function spans(line) {
  const pieces = [];
  for (let column = 0; column < size.cols; column += 1) {
    const { fill, chars } = look(line.getCell(column));
    const piece = pieces.at(-1);
    // Two spaces begin a piece, so that the columns of a table stay under one another.
    const continues = piece?.fill === fill && !(chars !== ' ' && piece.text.endsWith('  '));
    if (continues) piece.text += chars;
    else pieces.push({ column, fill, text: chars });
  }
  return pieces
    .filter(({ text }) => text.trim() !== '')
    .map(({ column, fill, text }) => {
      const colour = fill === foreground ? '' : ` fill="${fill}"`;
      return `<tspan x="${margin + column * cell.width}"${colour}>${escaped(withoutPlace(text).trimEnd())}</tspan>`;
    })
    .join('');
}

function look(found) {
  const fill = found.isFgPalette() ? (palette[found.getFgColor() % 8] ?? foreground) : foreground;
  return { fill: found.isDim() ? palette[0] : fill, chars: found.getChars() || ' ' };
}

/** Names no place of the machine it was drawn on. */
function withoutPlace(text) {
  return text.replaceAll(root.replace(/\/$/, ''), '~/prism-imports');
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
