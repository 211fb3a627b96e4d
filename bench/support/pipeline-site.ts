import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutAccounts, type Environment } from '../../src/config';

const dist = join(__dirname, '..', '..', 'dist');

/** One of our programs in a process of its own. */
export interface Program {
  child: ChildProcess;
  /** What it has printed up to and with the text that says that it is ready. */
  printed: string;
  stop: () => Promise<void>;
}

/** An emulator in a process of its own. */
export interface EmulatorProcess {
  baseUrl: string;
  /** Records of organizations in all teams. */
  organizations(): Promise<number>;
  stop: () => Promise<void>;
}

/** Starts a built program and waits until it prints a text. Rejects with what it printed when it ends before. */
async function startProgram(
  parameters: string[],
  ready: RegExp,
  environment: Environment = {},
): Promise<Program> {
  const child = spawn(process.execPath, parameters, {
    env: { ...withoutAccounts(), TEMPORAL_CONFIG_FILE: '/dev/null', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const ended = once(child, 'close').finally(() => process.off('exit', killAtExit));
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () =>
      reject(new Error(`${parameters.join(' ')} ended before it was ready:\n${printed}`)),
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        if (!ready.test(printed)) printed += text;
        if (ready.test(printed)) resolve();
      });
    }
  });
  return {
    child,
    printed,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Starts the emulator; a job takes a second and a millisecond for each of its rows. */
export async function startEmulatorProcess(folder: string): Promise<EmulatorProcess> {
  const settings = join(folder, 'emulator.json');
  await writeFile(settings, JSON.stringify({ job: { duration: { base: '1s', perRow: 1 } } }));
  const parameters = ['emulator', '--port', '0', '--settings', settings, '--json'];
  const { printed, stop } = await startProgram(
    [join(dist, 'cli', 'main.js'), ...parameters],
    /"adminUrl": .*\n\}/,
  );
  const { baseUrl, adminUrl } = JSON.parse(printed) as { baseUrl: string; adminUrl: string };
  const organizations = async () => {
    const counts = (await (await fetch(`${adminUrl}/counts`)).json()) as { organization: number };
    return counts.organization;
  };
  return { baseUrl, organizations, stop };
}

/** Starts our worker. */
export async function startWorker(environment: Environment): Promise<Program & { peakRssMb: () => number }> {
  const program = await startProgram([join(dist, 'worker.js')], /worker is ready/, environment);
  return { ...program, peakRssMb: () => peakRssMb(program.child.pid ?? 0) };
}

/** The most memory that a process has held: the kernel's own mark on Linux, elsewhere what it holds now. */
function peakRssMb(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Math.round(Number(kilobytes) / 1000);
}

/** Writes a CSV of so many organizations, each its own. */
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
