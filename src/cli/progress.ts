import { SingleBar } from 'cli-progress';
import { describeDuration } from '../domain/duration';
import { printAside } from './output';

/** How far something is. */
export interface ProgressReport {
  /** Null while not known. */
  processed: number | null;
  total: number | null;
  /** What is going on, in a few words. */
  text: string;
}

/** Shows progress until it is stopped. */
export interface ProgressView {
  update(report: ProgressReport): void;
  stop(): void;
}

/** Progress on standard error: a bar with the estimated time left on a terminal, otherwise one line per change. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): ProgressView {
  return stream.isTTY ? progressBar(stream) : progressLines(stream);
}

function progressBar(stream: NodeJS.WriteStream): ProgressView {
  const bar = new SingleBar({
    stream,
    format: ' {bar} {percentage} % | {value} of {total} rows | {remaining} | {text}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: false,
    gracefulExit: false,
    emptyOnZero: true,
    // A line printed meanwhile has taken the bar's place.
    forceRedraw: true,
  });
  const timeLeft = estimator();
  let started = false;
  return {
    update(report) {
      const total = report.total ?? 0;
      const shown = { text: report.text, remaining: timeLeft(report) };
      if (!started) bar.start(total, 0, shown);
      started = true;
      bar.setTotal(total);
      bar.update(report.processed ?? 0, shown);
    },
    stop() {
      if (started) bar.stop();
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
      const remaining = timeLeft(report);
      if (rows + text === last) return;
      last = rows + text;
      printAside(`${rows}${remaining}, ${text}`, stream);
    },
    stop: () => undefined,
  };
}

/** Estimates the time left from the rate since the first report. */
function estimator(): (report: ProgressReport) => string {
  let first: { atMs: number; processed: number } | null = null;
  return ({ processed, total }) => {
    const nowMs = performance.now();
    if (processed === null || total === null) return 'time left not known yet';
    first ??= { atMs: nowMs, processed };
    const rate = (processed - first.processed) / (nowMs - first.atMs);
    if (processed >= total && total > 0) return 'all rows done';
    if (!(rate > 0)) return 'time left not known yet';
    const perSecond = rate * 1000;
    const shown = perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toString();
    return `about ${describeDuration((total - processed) / rate)} left, ${shown} rows/s`;
  };
}
