import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../src/config/config';
import { watchMemory, type MemoryWatch } from './pipeline-memory';
import { startProgram, type Program } from './pipeline-program';

const dist = join(__dirname, '..', '..', 'dist');

/** The emulator takes two seconds for a job of a thousand rows. */
const jobDuration = { base: '1s', perRow: 1 };

/** An emulator in its own process. */
export interface EmulatorProcess {
  baseUrl: string;
  /** Rejects if it exits by itself. */
  lost: Promise<never>;
  stop: () => Promise<void>;
  /** Number of organizations in all teams. */
  organizations(): Promise<number>;
}

/** Starts an empty emulator. */
export async function startEmulatorProcess(folder: string): Promise<EmulatorProcess> {
  const settings = join(folder, 'emulator.json');
  await writeFile(settings, JSON.stringify({ job: { duration: jobDuration } }));
  const parameters = ['emulator', '--port', '0', '--settings', settings, '--json'];
  const { found, lost, stop } = await startProgram([join(dist, 'cli', 'main.js'), ...parameters], urlsIn);
  const { baseUrl, adminUrl } = found;
  const organizations = async () => {
    const counts = (await (await fetch(`${adminUrl}/counts`)).json()) as { organization: number };
    return counts.organization;
  };
  return { baseUrl, lost, stop, organizations };
}

/** Starts our built worker, or another build of it. */
export async function startWorker(
  environment: Environment,
  file: string = join(dist, 'worker.js'),
): Promise<Program<true> & { memory: MemoryWatch }> {
  const isReady = (printed: string) => (printed.includes('worker is ready') ? true : null);
  const program = await startProgram([file], isReady, environment);
  return { ...program, memory: watchMemory(program.pid) };
}

/** Writes a CSV of distinct organizations. */
export async function writeOrganizations(file: string, rows: number): Promise<void> {
  const stream = createWriteStream(file);
  stream.write('name,primary_domain,country\n');
  for (let row = 0; row < rows; row++) {
    const line = `Organization number ${row},organization-${row}.example,Country ${row % 200}\n`;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

function urlsIn(printed: string): { baseUrl: string; adminUrl: string } | null {
  const [, baseUrl] = /"baseUrl": "([^"]+)"/.exec(printed) ?? [];
  const [, adminUrl] = /"adminUrl": "([^"]+)"/.exec(printed) ?? [];
  return baseUrl === undefined || adminUrl === undefined ? null : { baseUrl, adminUrl };
}
