import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../src/dev/free-port';
import { goTool } from './go-tool';

/** Path of versitygw, a small S3 server that keeps buckets as folders. */
export const versitygw = (): Promise<string> =>
  goTool({
    name: 'versitygw',
    pkg: 'github.com/versity/versitygw/cmd/versitygw',
    version: 'v1.8.0',
    cost: '150 MB of Go modules, 1 to 2 minutes',
    override: 'PRISM_VERSITYGW',
  });

/** A running S3 server. */
export interface S3Server {
  endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts versitygw on loopback over `folder`, with these root credentials, and waits until it answers. Rejects with its
 * output when it ends before.
 */
export async function startS3Server(
  folder: string,
  credentials: { accessKey: string; secretKey: string },
): Promise<S3Server> {
  const executable = await versitygw();
  const port = await freePort();
  const buckets = join(folder, 'buckets');
  await mkdir(buckets, { recursive: true });
  const child = spawn(executable, ['--port', `127.0.0.1:${port}`, 'posix', buckets], {
    cwd: folder,
    env: { ROOT_ACCESS_KEY: credentials.accessKey, ROOT_SECRET_KEY: credentials.secretKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${executable} ended with code ${code}:\n${output}`)));
  });
  ended.catch(() => undefined); // it ends by our hand too
  const endpoint = `http://127.0.0.1:${port}`;
  await Promise.race([answering(endpoint), ended]);
  return {
    endpoint,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function answering(endpoint: string): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  for (;;) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (Date.now() > deadlineMs) throw new Error(`${endpoint} did not answer within 30 s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
