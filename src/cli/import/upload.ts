import { randomBytes } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Config } from '../../config/config';
import { neutralLine } from '../../core/details/neutral';
import { openStore } from '../../storage/open-store';
import { S3Objects } from '../../storage/s3-objects';
import { uploadsFolder } from '../../ports/storage-layout';
import { removeUnowned } from '../../ports/uploads';
import { CommandError } from '../command-error';
import { explain } from '../errors';
import { exitCodes } from '../exit-codes';
import type { Interrupt } from '../terminal/follow-result';
import { printToStderr } from '../terminal/output';
import { showProgress, type ProgressView } from '../terminal/progress';
import { canDraw } from '../terminal/terminal';

/** A copy of a file in the storage. */
export interface UploadedFile {
  uri: string;
  /** Removes a copy that nobody will read. If that fails, it only warns: what the command does, counts more. */
  remove(): Promise<void>;
  /** Removes the copy unless a pipeline has planned with it; also only warns. */
  removeUnowned(): Promise<void>;
}

/** Progress is shown only after this time, in milliseconds. */
const quietMs = 2000;

/** Throws a usage error if there is no storage to copy to. */
export function requireStorage({ storage }: Pick<Config, 'storage'>): string {
  if (storage !== null) return storage;
  const advice = 'the file is copied there. Or pass a file:/// or s3:// URI that the workers may read';
  const message = `PRISM_STORAGE: saw nothing, expected the storage of the workers: ${advice}`;
  throw new CommandError(message, exitCodes.usage);
}

/**
 * Copies a local file into the storage, under an unguessable name below `uploads/`, the only part of the storage that
 * workers read sources from. Shows progress on a terminal if it takes long. Leaves nothing behind on an interrupt.
 */
export async function uploadFile(
  path: string,
  config: Pick<Config, 'storage' | 's3Endpoint'>,
  interrupt: Interrupt,
): Promise<UploadedFile> {
  const store = openStore(requireStorage(config), new S3Objects(config.s3Endpoint));
  const before = await stat(path);
  const name = `${uploadsFolder}/${randomBytes(16).toString('hex')}${safeExtension(path)}`;
  const reading = new AbortController();
  void interrupt.promise.then(() => reading.abort());
  const progress = new LateProgress(before.size);
  try {
    const { uri, bytes } = await store.write(
      name,
      progress.through(createReadStream(path, { signal: reading.signal })),
    );
    const upload = {
      uri,
      remove: () => store.remove(uri).catch(warnOf(uri)),
      removeUnowned: () => removeUnowned(store, uri).catch(warnOf(uri)),
    };
    const isTorn = bytes !== before.size || !isSame(before, await stat(path));
    if (!reading.signal.aborted && !isTorn) return upload;
    await upload.remove();
    if (isTorn && !reading.signal.aborted) throw changed(path);
    throw interrupted();
  } catch (error) {
    if (reading.signal.aborted) throw interrupted();
    throw error;
  } finally {
    progress.stop();
  }
}

/** Says that a copy was not removed, and why. */
const warnOf = (uri: string) => (error: unknown) =>
  printToStderr(neutralLine(`Warning: the copy ${uri} was not removed: ${explain(error).message}`));

const isSame = (one: Stats, other: Stats): boolean =>
  one.ino === other.ino && one.size === other.size && one.mtimeMs === other.mtimeMs;

/** Otherwise the worker would import what was there so far, and report it as complete. */
const changed = (path: string) =>
  new CommandError(
    `file: saw ${JSON.stringify(path)} (changed while it was copied), expected a file that does not change; nothing was imported`,
    exitCodes.error,
  );

const interrupted = () => new CommandError('Interrupted. Nothing was imported.', exitCodes.interrupted);

/** Extensions that identify the format, such as `.csv.gz`. */
function safeExtension(path: string): string {
  const last = extname(path);
  const endings = last.toLowerCase() === '.gz' ? extname(path.slice(0, -last.length)) + last : last;
  return /^(?:\.[A-Za-z0-9]{1,10}){1,2}$/.test(endings) ? endings : '';
}

/** Counts what passes through, and shows it on a terminal if it takes long. */
class LateProgress {
  private view: ProgressView | null = null;
  private readonly beganAt = performance.now();

  constructor(private readonly size: number) {}

  async *through(chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of chunks) {
      const piece = chunk as Uint8Array;
      yield piece;
      bytes += piece.length;
      if (canDraw(process.stderr) && performance.now() - this.beganAt > quietMs) this.show(bytes);
    }
  }

  stop(): void {
    this.view?.stop();
  }

  private show(bytes: number): void {
    this.view ??= showProgress();
    const share = this.size === 0 ? 100 : Math.floor((bytes / this.size) * 100);
    this.view.update({ processed: null, total: null, text: `copying the file to the storage, ${share} %` });
  }
}
