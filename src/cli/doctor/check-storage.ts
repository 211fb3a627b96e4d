import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../config/config';
import type { Finding } from './findings';
import { judgeStorage } from './judge-host';
import { openStore } from '../../storage/open-store';
import { S3Objects } from '../../storage/s3-objects';
import { explain } from '../errors';
import type { ObjectStore } from '../../ports/object-store';

/** Tests the storage with a small object, which is removed afterwards. */
export async function storageFinding({ storage, s3Endpoint }: Config): Promise<Finding> {
  if (storage === null) return judgeStorage(null, false, null);
  try {
    const store = openStore(storage, new S3Objects(s3Endpoint));
    await Promise.race([tryOut(store), late()]);
    return judgeStorage(storage, store.local, null);
  } catch (error) {
    return judgeStorage(storage, false, explain(error).message);
  }
}

/** Timeout in milliseconds. A few bytes need no longer, and the client would keep retrying an unreachable bucket. */
const trialLimitMs = 15_000;

async function late(): Promise<never> {
  await delay(trialLimitMs, undefined, { ref: false });
  throw new Error(`the storage did not answer within ${trialLimitMs / 1000} s`);
}

async function tryOut(store: ObjectStore): Promise<void> {
  const text = 'written by `prism-imports doctor`, to be removed at once\n';
  const { uri } = await store.write(`doctor/${crypto.randomUUID()}.txt`, [text]);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await store.read(uri)) chunks.push(chunk);
    const found = Buffer.concat(chunks).toString();
    if (found !== text) throw new Error(`reading ${uri}: it is not what was written`);
  } finally {
    await store.remove(uri);
  }
}
