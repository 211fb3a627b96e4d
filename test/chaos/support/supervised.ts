import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../../src/config/config';

/** A program that runs until it is told to end. */
export interface Program {
  file: string;
  parameters: string[];
  environment: Environment;
  /** Where what it prints is kept. */
  logFile: string;
}

/** So long nothing happens after it has ended by itself. */
const restartMs = 500;
/** Then SIGTERM becomes SIGKILL, as a service manager has it. */
const termLimitMs = 20_000;

/** A process that is started again whenever it ends, as a service manager or Kubernetes does. */
export class Supervised {
  /** How often it was started. */
  starts = 0;
  /** How often it was killed while it ran. */
  kills = 0;
  private child: ChildProcess | null = null;
  private isOver = false;
  private downUntilMs = 0;
  private readonly log: WriteStream;
  private readonly running: Promise<void>;

  constructor(private readonly program: Program) {
    this.log = createWriteStream(program.logFile, { flags: 'a' });
    this.running = this.supervise();
  }

  /** Sends a signal that ends it; it stays down for so long. */
  async down(signal: 'SIGKILL' | 'SIGTERM', forMs: number): Promise<void> {
    this.downUntilMs = Math.max(this.downUntilMs, Date.now() + forMs);
    const ended = await this.endChild(signal);
    if (ended && signal === 'SIGKILL') this.kills += 1;
    await pause(Math.max(0, this.downUntilMs - Date.now()));
  }

  /** Stops it in its tracks (SIGSTOP), and lets it go on after so long. */
  async freeze(forMs: number): Promise<void> {
    const { child } = this;
    child?.kill('SIGSTOP');
    await pause(forMs);
    child?.kill('SIGCONT');
  }

  /** Ends it for good. */
  async end(): Promise<void> {
    this.isOver = true;
    this.downUntilMs = 0;
    await this.endChild('SIGKILL');
    await this.running;
    this.log.end();
  }

  private async supervise(): Promise<void> {
    while (!this.isOver) {
      const { file, parameters, environment } = this.program;
      const child = spawn(file, parameters, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
      this.child = child;
      this.starts += 1;
      const killAtExit = () => child.kill('SIGKILL');
      process.once('exit', killAtExit);
      for (const stream of [child.stdout, child.stderr]) stream.pipe(this.log, { end: false });
      await once(child, 'close').catch((error: unknown) => this.log.write(String(error)));
      process.off('exit', killAtExit);
      await pause(this.isOver ? 0 : Math.max(restartMs, this.downUntilMs - Date.now()));
    }
  }

  /** False when it was not running. */
  private async endChild(signal: 'SIGKILL' | 'SIGTERM'): Promise<boolean> {
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return false;
    const gone = once(child, 'close');
    child.kill(signal);
    // One that is stopped hears of SIGTERM only when it goes on.
    if (signal === 'SIGTERM') child.kill('SIGCONT');
    const limit = setTimeout(() => child.kill('SIGKILL'), termLimitMs);
    await gone;
    clearTimeout(limit);
    return true;
  }
}
