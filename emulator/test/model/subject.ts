import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { startPrismEmulator, type EmulatorOptions, type PrismEmulator } from '../../src';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

interface Sent {
  path: string;
  body?: string;
  headers?: Record<string, string>;
}

/**
 * How much of the file's last line a kill leaves a second time, without its end, as the beginning of another; null:
 * nothing.
 */
export type Torn = number | null;

const patienceMs = 10_000;

/** An emulator on a state file, which can be killed, and a client that keeps its connections. */
export class Subject {
  private readonly agent = new Agent({ keepAlive: true });
  private starts = 1;

  private constructor(
    private readonly options: EmulatorOptions,
    private readonly file: string,
    private emulator: PrismEmulator,
  ) {}

  static async start(options: EmulatorOptions, file: string): Promise<Subject> {
    return new Subject(options, file, await startPrismEmulator({ ...options, stateFile: `${file}-1` }));
  }

  get controller() {
    return this.emulator.controller;
  }

  get(path: string): Promise<Reply | null> {
    return this.ask('GET', { path });
  }

  /** The answer; null when the connection was reset. */
  post(sent: Sent): Promise<Reply | null> {
    return this.ask('POST', sent);
  }

  /** Bytes in the state file. */
  get written(): number {
    return statSync(this.stateFile).size;
  }

  /** Resolves once the state file holds more than so many bytes; rejects when that does not come about. */
  async hasWritten(bytes: number): Promise<void> {
    const limit = AbortSignal.timeout(patienceMs);
    while (this.written <= bytes) {
      limit.throwIfAborted();
      await setImmediate();
    }
  }

  /**
   * Starts another emulator on the file as it is at this moment, which is all that a kill would leave; only then is
   * this one closed. The settings of the other have another time: that of the file must win.
   */
  async kill(left: (file: Buffer) => Buffer = (file) => file): Promise<void> {
    const [killed, bytes] = [this.emulator, left(readFileSync(this.stateFile))];
    this.starts += 1;
    writeFileSync(this.stateFile, bytes);
    const clock = { start: 0, rate: 0 };
    this.emulator = await startPrismEmulator({
      ...this.options,
      clock,
      stateFile: this.stateFile,
    });
    await killed.close();
  }

  async close(): Promise<void> {
    this.agent.destroy();
    await this.emulator.close();
  }

  private get stateFile(): string {
    return `${this.file}-${this.starts}`;
  }

  private ask(method: string, { path, body = '', headers = {} }: Sent): Promise<Reply | null> {
    const length = method === 'POST' ? { 'content-length': Buffer.byteLength(body) } : {};
    const options = {
      agent: this.agent,
      port: this.emulator.port,
      host: '127.0.0.1',
      method,
      path,
      headers: { 'x-api-key': 'key', ...headers, ...length },
    };
    return new Promise((resolve, reject) => {
      const asked = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString() || '{}';
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: JSON.parse(text) as Record<string, unknown> });
        });
      });
      asked.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' ? resolve(null) : reject(error),
      );
      asked.end(body);
    });
  }
}

/** The file with a line that a kill has cut off. */
export const withTornLine = (torn: Torn) => (file: Buffer) => {
  if (torn === null) return file;
  const lines = file.subarray(0, -1);
  const last = lines.subarray(lines.lastIndexOf('\n') + 1);
  return Buffer.concat([file, last.subarray(0, Math.ceil(last.length * torn))]);
};
