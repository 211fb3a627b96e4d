import { describeDuration } from '../../core/duration';
import { neutralLine } from '../../core/details/neutral';
import { drawable } from './ascii';
import { printToStderr } from './output';
import { progressLine } from './progress-line';
import { canDraw, sequences, sizeOf } from './terminal';

/** Current progress. */
export interface ProgressReport {
  /** Null if unknown. */
  processed: number | null;
  total: number | null;
  /** What is happening, in a few words. */
  text: string;
  /**
   * The time left, in words, if the caller knows better than the rate of these reports. Null or absent: estimated from
   * that rate.
   */
  left?: string | null;
}

/** Shows progress until stopped. */
export interface ProgressView {
  update(report: ProgressReport): void;
  stop(): void;
}

/** Shows progress on standard error: on a terminal a bar with the estimated time left, otherwise a line per change. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): ProgressView {
  return canDraw(stream) ? progressBar(stream) : progressLines(stream);
}

function progressBar(stream: NodeJS.WriteStream): ProgressView {
  const { clearBelow, cutLines, wrapLines, hideCursor, showCursor } = sequences;
  const timeLeft = estimator();
  let last: ProgressReport | null = null;
  let left = '';
  // The cursor stays at the start of the line: if the terminal gets narrower and wraps the line, the rest is behind the
  // cursor.
  const draw = () => {
    if (last === null) return;
    const line = progressLine({ ...last, left }, sizeOf(stream).columns - 1);
    stream.write(`\r${clearBelow}${cutLines}${drawable(line)}${wrapLines}\r`);
  };
  const restoreAtExit = () => void stream.write(showCursor);
  stream.on('resize', draw);
  process.once('exit', restoreAtExit);
  stream.write(hideCursor);
  return {
    update(report) {
      last = report;
      left = timeLeft(report);
      draw();
    },
    stop() {
      stream.off('resize', draw);
      process.off('exit', restoreAtExit);
      draw();
      stream.write(`${last === null ? '' : '\n'}${showCursor}`);
    },
  };
}

function progressLines(stream: NodeJS.WriteStream): ProgressView {
  const timeLeft = estimator();
  let last = '';
  return {
    update(report) {
      const { processed, total, text } = report;
      const rows = total === null ? '' : `${processed ?? 0} of ${total} rows, `;
      const remaining = total === null ? '' : `${timeLeft(report)}, `;
      if (rows + text === last) return;
      last = rows + text;
      printToStderr(neutralLine(`${rows}${remaining}${text}`), stream);
    },
    stop: () => undefined,
  };
}

/** Returns the reported time left, or an estimate from the rate since the first report. */
function estimator(): (report: ProgressReport) => string {
  let first: { atMs: number; processed: number } | null = null;
  return ({ processed, total, left }) => {
    const nowMs = performance.now();
    if (processed !== null && total !== null && total > 0 && processed >= total) return 'all rows done';
    if (left) return left;
    if (processed === null || total === null) return 'time left: unknown';
    first ??= { atMs: nowMs, processed };
    const rate = (processed - first.processed) / (nowMs - first.atMs);
    if (!(rate > 0)) return 'time left: unknown';
    const perSecond = rate * 1000;
    const shown = perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toString();
    return `about ${describeDuration((total - processed) / rate)} left, ${shown} rows/s`;
  };
}
