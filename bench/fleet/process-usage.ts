import { readFileSync } from 'node:fs';

/** The tick of Linux's process times, in milliseconds: USER_HZ is 100 everywhere. */
const tickMs = 10;

/** What a process has used so far: CPU time of all threads, and its current memory in bytes. */
export interface ProcessUsage {
  cpuMs: number;
  rssBytes: number;
}

/** Reads a local process's usage from /proc. Throws if the process has ended, or without /proc. */
export function processUsage(pid: number): ProcessUsage {
  const [user = 0, system = 0] = timesOf(pid);
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { cpuMs: (user + system) * tickMs, rssBytes: Number(kibibytes) * 1024 };
}

/** CPU time of a process with its children, also those that have ended, in milliseconds. */
export function familyCpuMs(pid: number): number {
  const own = timesOf(pid).reduce((sum, ticks) => sum + ticks, 0) * tickMs;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + cpuOfChild(Number(child)), own);
}

/** A child that ends meanwhile counts with its parent next time. */
function cpuOfChild(pid: number): number {
  try {
    return processUsage(pid).cpuMs;
  } catch {
    return 0;
  }
}

/** Ticks in user and system mode of a process, and of its children that have ended. */
function timesOf(pid: number): number[] {
  // The name, in parentheses, can contain anything.
  const [, fields = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  return fields.split(' ').slice(11, 15).map(Number);
}
