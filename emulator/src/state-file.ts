import { closeSync, createReadStream, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { ChangeLog } from './change-log';

/**
 * Opens a file of changes, one line of JSON per commit. Passes every change in it to `restore`, in order, then appends.
 * An incomplete last line is dropped: it was being written when the emulator was killed, and its answer was not sent.
 * Writes do not wait for the disk, so they survive the end of the process, but not of the machine. Rejects if the file
 * cannot be used.
 */
export async function openStateFile<C>(file: string, restore: (change: C) => void): Promise<ChangeLog<C>> {
  const handle = open(file);
  try {
    ftruncateSync(handle, await readLines(file, restore));
  } catch (error) {
    closeSync(handle);
    throw error;
  }
  return appender(file, handle);
}

function open(file: string): number {
  try {
    return openSync(file, 'a+');
  } catch (cause) {
    throw new Error(`The state file ${file} cannot be opened for writing: give another file`, { cause });
  }
}

/**
 * Restores every complete line and returns their size in bytes. Only a line feed ends a line, because JSON may contain
 * Unicode's other separators.
 */
async function readLines<C>(file: string, restore: (change: C) => void): Promise<number> {
  let [count, bytes] = [0, 0];
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let begin = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, begin)) {
      const line = Buffer.concat([...rest, chunk.subarray(begin, end)]);
      [rest, begin, count, bytes] = [[], end + 1, count + 1, bytes + line.length + 1];
      restoreLine(line, restore, `The state file ${file} cannot be read at line ${count}`);
    }
    rest.push(chunk.subarray(begin));
  }
  return bytes;
}

function restoreLine<C>(line: Buffer, restore: (change: C) => void, problem: string): void {
  try {
    for (const change of JSON.parse(line.toString()) as C[]) restore(change);
  } catch (cause) {
    throw new Error(`${problem}: give another file, or delete it to start anew`, { cause });
  }
}

function appender<C>(file: string, handle: number): ChangeLog<C> {
  let pending: C[] = [];
  return {
    add: (change) => void pending.push(change),
    commit: () => {
      if (pending.length === 0) return;
      const line = `${JSON.stringify(pending)}\n`;
      pending = [];
      try {
        for (let data = Buffer.from(line); data.length > 0;) data = data.subarray(writeSync(handle, data));
      } catch (cause) {
        throw new Error(`The state file ${file} could not be written: nothing was answered`, { cause });
      }
    },
    clear: () => {
      pending = [];
      ftruncateSync(handle, 0);
    },
    close: () => closeSync(handle),
  };
}
