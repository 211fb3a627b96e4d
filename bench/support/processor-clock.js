const { Buffer } = require('node:buffer');
const { existsSync, openSync, readSync } = require('node:fs');

/** Starts with the main thread's CPU time in nanoseconds. */
const schedule = '/proc/self/schedstat';

function processorClock() {
  if (!existsSync(schedule)) {
    return () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    };
  }
  const open = openSync(schedule);
  const read = Buffer.alloc(64);
  return () => Number.parseInt(read.toString('latin1', 0, readSync(open, read, 0, read.length, 0)), 10) / 1e6;
}

module.exports = { processorClock };
