import { S3Objects } from '../../src/storage/s3-objects';
import { StorageError } from '../../src/ports/storage-error';
import { S3Server, type Refusal } from './support/s3-server';

const server = new S3Server();
const environment = {
  AWS_ACCESS_KEY_ID: 'test-access-key',
  AWS_SECRET_ACCESS_KEY: 'test-secret-key',
  AWS_REGION: 'us-east-1',
  AWS_MAX_ATTEMPTS: '1',
};
const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));

beforeAll(async () => {
  Object.assign(process.env, environment);
  await server.start();
});
afterAll(async () => {
  await server.stop();
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const silenceMs = 300;
const objects = () => new S3Objects(server.endpoint, { connectionMs: 1000, silenceMs });

async function textOf(uri: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await objects().get(uri)).body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const silent: Refusal = () => undefined;
const stalledBody: Refusal = (response) => {
  response.writeHead(200, { 'Content-Length': 1000 });
  response.write('x');
};

test.each([
  { name: 'an answer', refuse: silent },
  { name: 'the rest of a body', refuse: stalledBody },
])('a server that is silent instead of $name is a storage error', async ({ refuse }) => {
  server.refuse(refuse);
  const failure: unknown = await textOf('s3://bucket/a').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StorageError);
  expect(failure).toMatchObject({
    message: expect.stringMatching(/^reading s3:\/\/bucket\/a: TimeoutError/) as string,
    refusal: null,
    missing: false,
  });
});

test('a body may take longer than the server may be silent, as long as it goes on', async () => {
  const pieces = 6;
  server.refuse((response) => {
    response.writeHead(200, { 'Content-Length': pieces });
    let sent = 0;
    const timer = setInterval(() => {
      response.write('x');
      sent += 1;
      if (sent === pieces) clearInterval(timer);
    }, silenceMs / 3);
  });
  expect(await textOf('s3://bucket/a')).toBe('x'.repeat(pieces));
});

test('only an object that is not there is missing', async () => {
  await expect(textOf('s3://bucket/nowhere')).rejects.toMatchObject({ missing: true });
});
