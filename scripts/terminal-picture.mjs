/** Size of a cell in pixels. */
const cell = { width: 8, height: 18 };
const margin = 16;
const fontSize = 13;
const foreground = '#d0d7de';
const dim = '#8b949e';
const background = '#0d1117';
/** The first eight colours of a terminal. */
const palette = ['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'];

/**
 * An SVG of a terminal, built from blocks one below another: a `title`, or a command that is `typed`, followed by
 * `lines` of `@xterm/headless`, each with `at`, the second at which it appears. If all lines appear at once, there is
 * no animation.
 */
export function terminalPicture(blocks, columns) {
  const rows = blocks.flatMap(({ title, typed, lines = [], at = 0 }, index) => [
    ...(index === 0 ? [] : [{ text: '', at: 0 }]),
    ...(title === undefined ? [] : [{ text: span(0, dim, `# ${title}`), at: 0 }]),
    ...(typed === undefined ? [] : [{ text: span(0, palette[2], '$') + span(2, foreground, typed), at }]),
    ...lines.map((line) => ({ text: spans(line.cells, columns), at: line.at })),
  ]);
  const isAnimated = blocks.some(({ at = 0 }) => at > 0);
  const width = columns * cell.width + 2 * margin;
  const height = rows.length * cell.height + 2 * margin;
  const texts = rows.flatMap(({ text, at }, row) => {
    const place = `x="${margin}" y="${margin + (row + 0.75) * cell.height}"`;
    const delay = isAnimated && at > 0 ? ` style="animation-delay:${at.toFixed(1)}s"` : '';
    return text === '' ? [] : `<text ${place}${delay}>${text}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    `  font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${fontSize}"`,
    `  fill="${foreground}" xml:space="preserve">`,
    ...(isAnimated
      ? ['<style>text{animation:come .1s both}@keyframes come{from{visibility:hidden}}</style>']
      : []),
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    ...texts,
    '</svg>\n',
  ].join('\n');
}

/** A line, in spans of one colour each. Every span starts at its column, whatever the font's width. */
function spans(line, columns) {
  const pieces = [];
  for (let column = 0; column < columns; column += 1) {
    const { fill, chars } = lookOf(line.getCell(column));
    const piece = pieces.at(-1);
    // Two spaces start a new span, so that the columns of a table stay aligned.
    const continues = piece?.fill === fill && !(chars !== ' ' && piece.text.endsWith('  '));
    if (continues) piece.text += chars;
    else pieces.push({ column, fill, text: chars });
  }
  return pieces
    .filter(({ text }) => text.trim() !== '')
    .map(({ column, fill, text }) => span(column, fill, text.trimEnd()))
    .join('');
}

function span(column, fill, text) {
  const colour = fill === foreground ? '' : ` fill="${fill}"`;
  return `<tspan x="${margin + column * cell.width}"${colour}>${escaped(text)}</tspan>`;
}

function lookOf(found) {
  const fill = found.isFgPalette() ? (palette[found.getFgColor() % 8] ?? foreground) : foreground;
  return { fill: found.isDim() ? dim : fill, chars: found.getChars() || ' ' };
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
