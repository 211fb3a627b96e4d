import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A folder for the files of one test file. */
export class TemporaryFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'prism-imports-'));

  /** Writes a file and returns its URI; replaces a file with the same name. */
  write(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return pathToFileURL(path).href;
  }

  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
