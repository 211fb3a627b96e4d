import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** SHA-256 by file name. */
export type Checksums = Record<string, string>;

/** Throws an error that names missing, unknown or changed files. */
export async function checkJars(folder: string, checksums: Checksums): Promise<void> {
  const found = await readdir(folder);
  const sums = await Promise.all(
    found.map(async (name) => {
      const bytes = await readFile(join(folder, name));
      return [name, createHash('sha256').update(bytes).digest('hex')] as const;
    }),
  );
  const wrong = sums.filter(([name, sum]) => checksums[name] !== sum).map(([name]) => name);
  const missing = Object.keys(checksums).filter((name) => !found.includes(name));
  if (wrong.length + missing.length === 0) return;
  throw new Error(
    `the libraries are not those of test/support/test-server/jars.json: ${[...wrong, ...missing].join(', ')}`,
  );
}
