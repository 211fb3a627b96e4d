import { drawable } from './ascii';
import { canDraw, sequences, sizeOf } from './terminal';

/** A terminal's other screen, on which lines are drawn in place. */
export interface Screen {
  /** Draws what there is to show now. */
  draw(): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

/**
 * Opens the other screen of a terminal. `lines` says what to show on so many columns and rows; what is too long or too
 * many is cut off. It is drawn again when the terminal changes its size. Each drawing is one write that overwrites the
 * last one in place, so that nothing flickers.
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
  // A bug must not leave the terminal without a cursor.
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
