import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sampleMs = 500;

/** The memory of a process. */
export interface MemoryWatch {
  /** Its peak so far, in MB of a million bytes. */
  peakMb: () => number;
  stop: () => void;
}

/** Watches a process: on Linux with the kernel's own peak, elsewhere with samples, which may miss short peaks. */
export function watchMemory(pid: number): MemoryWatch {
  const status = `/proc/${pid}/status`;
  if (existsSync(status)) {
    const kibibytes = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]);
    return { peakMb: () => megabytes(kibibytes()), stop: () => undefined };
  }
  let most = 0;
  const sample = async () => {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
    most = Math.max(most, Number(stdout));
  };
  const timer = setInterval(() => void sample().catch(() => undefined), sampleMs);
  return { peakMb: () => megabytes(most), stop: () => clearInterval(timer) };
}

const megabytes = (kibibytes: number): number => Math.round((kibibytes * 1024) / 1e6);
