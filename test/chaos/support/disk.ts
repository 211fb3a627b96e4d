import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** A folder that can be away for a while, as a network disk can. */
export class Disk {
  private aways = 0;

  private constructor(readonly folder: string) {}

  /** Makes the folder: a link to where its files are. */
  static async make(folder: string): Promise<Disk> {
    await mkdir(`${folder}.files`);
    // No folder, so that nobody makes a new one in its place.
    await writeFile(`${folder}.none`, '');
    const disk = new Disk(folder);
    await disk.lead('files');
    return disk;
  }

  /** Takes it away, for so long. */
  async away(forMs: number): Promise<void> {
    await this.take();
    await pause(forMs);
    await this.bringBack();
  }

  /** Takes it away. */
  async take(): Promise<void> {
    this.aways += 1;
    await this.lead('none');
  }

  /** Brings it back, once nobody wants it away any more. */
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
