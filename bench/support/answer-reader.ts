import { readFileSync } from 'node:fs';
import { createPrismClient } from '../../src/prism/client';
import type { AnswerRun } from './hostile-answers';
import { watchStalls } from './stalls';

/** In a process of its own: reads an answer with the product's client, and tells the parent how it went. */
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
 * The most that this process has had. Linux hands the figure of `resourceUsage` on from whoever has started it
 * (`getrusage(2)`); `VmHWM` (`proc_pid_status(5)`), in KiB, is its own.
 */
function peakMb(): number {
  const own = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(own) ?? [];
  return (Number(kibibytes ?? process.resourceUsage().maxRSS) * 1024) / 1_000_000;
}
