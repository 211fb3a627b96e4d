// Loaded into a worker before its own program (`node --import`). Keeps a file with the longest time that the main
// thread's event loop was blocked, in milliseconds; SIGHUP resets it. Use `longestMs`: the main thread's CPU time
// (Linux reports it; elsewhere the process's, if that is less than wall-clock time), since a busy machine is not the
// worker's fault. `longestClockMs` is wall-clock time.
import { renameSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setInterval } from 'node:timers';
import { isMainThread } from 'node:worker_threads';
import { processorClock } from './processor-clock.js';

const file = process.env.BENCH_STALL_FILE;
const writeEveryMs = 200;

if (isMainThread && file !== undefined) {
  const processorMs = processorClock();
  const now = () => ({ clock: performance.now(), processor: processorMs() });
  let longestMs = 0;
  let longestClockMs = 0;
  let last = now();
  let writtenAt = 0;
  const measure = () => {
    const present = now();
    const clock = present.clock - last.clock;
    longestMs = Math.max(longestMs, Math.min(clock, present.processor - last.processor));
    longestClockMs = Math.max(longestClockMs, clock);
    if (present.clock - writtenAt > writeEveryMs) {
      writtenAt = present.clock;
      writeFileSync(`${file}.tmp`, JSON.stringify({ longestMs, longestClockMs }));
      renameSync(`${file}.tmp`, file);
    }
    last = now();
  };
  process.on('SIGHUP', () => {
    [longestMs, longestClockMs] = [0, 0];
    last = now();
  });
  setInterval(measure, 1).unref();
}
