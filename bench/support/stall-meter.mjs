// Loaded into a worker before its own program (`node --import`): keeps a file that says how long the event loop of its
// main thread stood still at most, in milliseconds. SIGHUP begins anew. Of two readings, that of the clock and that of
// the processor, the smaller counts: a machine that is busy with something else is not the worker's fault.
import { renameSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setInterval } from 'node:timers';
import { isMainThread } from 'node:worker_threads';

const file = process.env.BENCH_STALL_FILE;
const writeEveryMs = 200;

function now() {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now(), processor: (user + system) / 1000 };
}

if (isMainThread && file !== undefined) {
  let longestMs = 0;
  let last = now();
  let writtenAt = 0;
  const look = () => {
    const present = now();
    longestMs = Math.max(longestMs, Math.min(present.clock - last.clock, present.processor - last.processor));
    if (present.clock - writtenAt > writeEveryMs) {
      writtenAt = present.clock;
      writeFileSync(`${file}.tmp`, JSON.stringify({ longestMs }));
      renameSync(`${file}.tmp`, file);
    }
    last = now();
  };
  process.on('SIGHUP', () => {
    longestMs = 0;
    last = now();
  });
  setInterval(look, 1).unref();
}
