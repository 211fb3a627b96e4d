import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startS3Server } from './versitygw';

/** A real S3 server with buckets, and this process set up to use it. */
export interface S3Site {
  endpoint: string;
  secretKey: string;
  client: S3Client;
  /** Stops the server and puts the environment back. */
  stop(): Promise<void>;
}

const credentials = { accessKey: 'test-access-key', secretKey: 'test-secret-key' };
const environment = {
  AWS_ACCESS_KEY_ID: credentials.accessKey,
  AWS_SECRET_ACCESS_KEY: credentials.secretKey,
  AWS_REGION: 'us-east-1',
};

/**
 * Starts an S3 server with these buckets; its credentials are in the environment of this process until it is stopped.
 */
export async function startS3Site(buckets: readonly string[]): Promise<S3Site> {
  const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-s3-'));
  const server = await startS3Server(folder, credentials);
  Object.assign(process.env, environment);
  const client = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
  for (const Bucket of buckets) await client.send(new CreateBucketCommand({ Bucket }));
  return {
    endpoint: server.endpoint,
    secretKey: credentials.secretKey,
    client,
    async stop() {
      client.destroy();
      await server.stop();
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
