import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../../src/config/config';

/** A program that runs until it is stopped. */
export interface Program {
  file: string;
  parameters: string[];
  environment: Environment;
  /** File with its output. */
  logFile: string;
}

/** Pause before it is restarted after it exits by itself. */
const restartMs = 500;
/** After this time SIGTERM is followed by SIGKILL, as in a service manager. */
const termLimitMs = 20_000;

/** A process that is restarted whenever it exits, as by a service manager or Kubernetes. */
export class Supervised {
  /** How often it was started. */
  starts = 0;
  /** How often it was killed while running. */
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

  /** Ends it with a signal; it stays down for a time. */
  async down(signal: 'SIGKILL' | 'SIGTERM', forMs: number): Promise<void> {
    this.downUntilMs = Math.max(this.downUntilMs, Date.now() + forMs);
    const ended = await this.endChild(signal);
    if (ended && signal === 'SIGKILL') this.kills += 1;
    await pause(Math.max(0, this.downUntilMs - Date.now()));
  }

  /** Freezes it (SIGSTOP), and resumes it after a time. */
  async freeze(forMs: number): Promise<void> {
    const { child } = this;
    child?.kill('SIGSTOP');
    await pause(forMs);
    child?.kill('SIGCONT');
  }

  /** Stops it for good. */
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

  /** Returns false if it was not running. */
  private async endChild(signal: 'SIGKILL' | 'SIGTERM'): Promise<boolean> {
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return false;
    const gone = once(child, 'close');
    child.kill(signal);
    // A stopped process receives SIGTERM only when it resumes.
    if (signal === 'SIGTERM') child.kill('SIGCONT');
    const limit = setTimeout(() => child.kill('SIGKILL'), termLimitMs);
    await gone;
    clearTimeout(limit);
    return true;
  }
}
