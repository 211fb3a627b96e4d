import { drawable } from './ascii';
import { canDraw, sequences, sizeOf } from './terminal';

/** A terminal's alternate screen, which is redrawn in place. */
export interface Screen {
  /** Draws the current lines. */
  draw(): void;
  /** Restores the terminal. */
  close(): void;
}

/**
 * Opens a terminal's alternate screen. `lines` returns what to show for a number of columns and rows; the rest is cut
 * off. Redraws when the terminal is resized. Each redraw is one write over the previous one, so that nothing flickers.
 */
export function openScreen(
  stream: NodeJS.WriteStream,
  lines: (size: { columns: number; rows: number }) => string[],
): Screen {
  if (!canDraw(stream)) throw new Error('output is not a terminal');
  const { enterScreen, leaveScreen, hideCursor, showCursor, cutLines, wrapLines } = sequences;
  const draw = () => {
    const size = sizeOf(stream);
    const shown = lines(size).slice(0, size.rows);
    const text = shown.map((line) => `${drawable(line)}${sequences.clearLine}`).join('\r\n');
    stream.write(`${sequences.home}${text}${sequences.clearBelow}`);
  };
  const leave = `${wrapLines}${showCursor}${leaveScreen}`;
  const leaveAtExit = () => void stream.write(leave);
  stream.write(`${enterScreen}${hideCursor}${cutLines}`);
  stream.on('resize', draw);
  // Even after a bug, the terminal must get its cursor back.
  process.once('exit', leaveAtExit);
  return {
    draw,
    close() {
      stream.off('resize', draw);
      process.off('exit', leaveAtExit);
      stream.write(leave);
    },
  };
}
