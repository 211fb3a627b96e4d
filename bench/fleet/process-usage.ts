import { readFileSync } from 'node:fs';

/** Milliseconds of a tick of the kernel's clock, by which Linux tells processes' times: USER_HZ is 100 everywhere. */
const tickMs = 10;

/** What a process has used so far: CPU of all its threads, and what it holds now, in bytes. */
export interface ProcessUsage {
  cpuMs: number;
  rssBytes: number;
}

/** Reads from /proc what a process of this machine has used. Throws for one that is no more, and without a /proc. */
export function processUsage(pid: number): ProcessUsage {
  // Its name, in parentheses, may hold anything.
  const [, fields = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { cpuMs: (user + system) * tickMs, rssBytes: Number(kibibytes) * 1024 };
}
