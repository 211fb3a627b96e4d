import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../../src/config/config';

/** How a disk fails: it is not there, has no room left, or takes no writes. */
export type DiskFault = 'away' | 'full' | 'read-only';

const codes = { full: 'ENOSPC', 'read-only': 'EROFS' } as const;

/** A fault that begins by itself. */
export interface FirstFault {
  fault: Exclude<DiskFault, 'away'>;
  /** Begins with the first folder to be made, or file to be opened for writing, whose path below the disk's matches. */
  from: RegExp;
}

/**
 * A folder that fails for a while, as a disk can.
 *
 * - `away`, as a network disk: the folder itself is replaced, for every process.
 * - `full` and `read-only`: for programs started with {@link parameters} and {@link environment}. A real disk that is
 *   small or read-only has to be mounted: containers refuse that even to root, and many hosts refuse it to everybody
 *   else. A limit of file sizes is another error (EFBIG), and permissions do not bind root. So a program that is loaded
 *   first (`failing-fs.js`) makes Node's own functions fail as the kernel does; files, half-written ones too, are real.
 *   Where a disk can be mounted, a test compares the two (`test/storage/failing-disk.test.ts`).
 */
export class Disk {
  private readonly faults = new Map<DiskFault, number>();

  private constructor(
    readonly folder: string,
    private readonly first: FirstFault | null,
  ) {
    if (first !== null) this.faults.set(first.fault, 1);
  }

  /** Creates the folder, as a link to where its files are. */
  static make(folder: string, first: FirstFault | null = null): Disk {
    mkdirSync(`${folder}.files`);
    // A file instead of a folder, so that nobody creates a new one in its place.
    writeFileSync(`${folder}.none`, '');
    const disk = new Disk(folder, first);
    disk.lead('files');
    return disk;
  }

  /** Arguments of Node for a program that writes to the disk. */
  readonly parameters = ['--require', join(__dirname, 'failing-fs.js')];

  /** Environment variables of the same program. */
  get environment(): Environment {
    const { folder, first } = this;
    return {
      FAILING_FOLDER: folder,
      ...(first !== null && { FAILING_FIRST: first.fault, FAILING_FROM: first.from.source }),
    };
  }

  /** Makes it fail for a time. */
  async failFor(fault: DiskFault, forMs: number): Promise<void> {
    this.fail(fault);
    await pause(forMs);
    this.recover(fault);
  }

  /** How often programs could not write because it was full, or read-only. */
  failures(fault: keyof typeof codes): number {
    const file = `${this.folder}.failures`;
    const failures = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return failures.filter((code) => code === codes[fault]).length;
  }

  /** Makes it fail. */
  fail(fault: DiskFault): void {
    const times = this.faults.get(fault) ?? 0;
    this.faults.set(fault, times + 1);
    if (times > 0) return;
    if (fault === 'away') this.lead('none');
    else writeFileSync(`${this.folder}.${fault}`, '');
  }

  /** Ends a fault, once it has been ended as often as begun. */
  recover(fault: DiskFault): void {
    const times = (this.faults.get(fault) ?? 0) - 1;
    this.faults.set(fault, times);
    if (times > 0) return;
    if (fault === 'away') this.lead('files');
    else rmSync(`${this.folder}.${fault}`);
  }

  private lead(to: 'files' | 'none'): void {
    const link = `${this.folder}.${to}.link`;
    symlinkSync(`${this.folder}.${to}`, link);
    renameSync(link, this.folder);
  }
}
