import { readFileSync } from 'node:fs';
import { createPrismClient } from '../../src/prism/client';
import type { AnswerRun } from './hostile-answers';
import { watchStalls } from './stalls';

/** Runs in its own process: reads a response with our client, and reports the result to the parent. */
export async function readAnswer({ port, name }: { port: number; name: string }): Promise<void> {
  const api = createPrismClient({ baseUrl: `http://127.0.0.1:${port}`, apiKey: 'bench-key' });
  const stall = watchStalls();
  let rows = 0;
  let end = 'read';
  const beganAt = performance.now();
  try {
    const taker = { take: (some: unknown[]) => Promise.resolve(void (rows += some.length)) };
    const { value } = await api.getImport('t', 'j', undefined, taker);
    rows += value?.results?.length ?? 0;
  } catch (error) {
    end = String(error);
  }
  const ms = performance.now() - beganAt;
  const run: AnswerRun = { name, end, rows, bytes: 0, ms, stallMs: await stall(), peakMb: peakMb() };
  process.send?.(run, () => process.exit());
}

/**
 * This process's peak memory. On Linux, `resourceUsage` includes the parent's peak (`getrusage(2)`); `VmHWM`
 * (`proc_pid_status(5)`), in KiB, is the process's own.
 */
function peakMb(): number {
  const own = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(own) ?? [];
  return (Number(kibibytes ?? process.resourceUsage().maxRSS) * 1024) / 1_000_000;
}
