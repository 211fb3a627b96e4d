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
  // The name, in parentheses, can contain anything.
  const [, fields = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { cpuMs: (user + system) * tickMs, rssBytes: Number(kibibytes) * 1024 };
}
