import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** A folder that can disappear for a while, as a network disk can. */
export class Disk {
  private aways = 0;

  private constructor(readonly folder: string) {}

  /** Creates the folder, as a link to where its files are. */
  static async make(folder: string): Promise<Disk> {
    await mkdir(`${folder}.files`);
    // A file instead of a folder, so that nobody creates a new one in its place.
    await writeFile(`${folder}.none`, '');
    const disk = new Disk(folder);
    await disk.lead('files');
    return disk;
  }

  /** Removes it for a time. */
  async away(forMs: number): Promise<void> {
    await this.take();
    await pause(forMs);
    await this.bringBack();
  }

  /** Removes it. */
  async take(): Promise<void> {
    this.aways += 1;
    await this.lead('none');
  }

  /** Restores it, once all removals are over. */
  async bringBack(): Promise<void> {
    this.aways -= 1;
    if (this.aways === 0) await this.lead('files');
  }

  private async lead(to: 'files' | 'none'): Promise<void> {
    const link = `${this.folder}.${to}.link`;
    await symlink(`${this.folder}.${to}`, link);
    await rename(link, this.folder);
  }
}
