import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ToolSettings } from '../../../src/config/config';

/** A machine that has none but the programs that a test gives it: an empty PATH, an empty cache, no network. */
export class FakeTools {
  readonly folder = mkdtempSync(join(tmpdir(), 'prism-tools-'));
  readonly bin = join(this.folder, 'bin');
  /** Where programs of a test may write what they were asked: `$LOG`. */
  readonly log = join(this.folder, 'log');
  /** What was written to standard error. */
  readonly announced: string[] = [];
  readonly settings: ToolSettings = {
    temporalCli: null,
    cacheDirectory: join(this.folder, 'cache'),
    ci: false,
    // Nobody listens on port 1: the download fails at once, whatever this machine can reach.
    environment: { PATH: this.bin, HTTPS_PROXY: 'http://127.0.0.1:1', LOG: this.log },
  };

  constructor() {
    mkdirSync(this.bin);
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      this.announced.push(String(text));
      return true;
    });
  }

  /** An executable that is a shell script; returns its path. */
  script(path: string, body: string): string {
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** A program that is found by its name. */
  onPath(name: string, body: string): string {
    return this.script(join(this.bin, name), body);
  }

  /** An executable that an earlier run has put into the cache. */
  inCache(tool: string, version: string, file: string): string {
    const place = join(
      this.settings.cacheDirectory,
      `${tool}-${version}-${process.platform}-${process.arch}`,
    );
    mkdirSync(place, { recursive: true });
    return this.script(join(place, file), 'exit 0');
  }

  /** Gives the machine back; to be called after each test. */
  remove(): void {
    jest.restoreAllMocks();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
