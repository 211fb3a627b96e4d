import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');
const files = ['Dockerfile', 'docker-compose.yml'] as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prism-imports-pins-'));
  for (const file of files) copyFileSync(join(root, file), join(folder, file));
  // A registry that gives each image a digest of its own, and notes what it is asked.
  const docker = `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const [, , buildx, imagetools, inspect, image, , format] = process.argv;
appendFileSync('asked', [buildx, imagetools, inspect, format, image].join(' ') + '\\n');
const digest = require('node:crypto').createHash('sha256').update(image).digest('hex');
console.log(JSON.stringify({ mediaType: 'application/vnd.oci.image.index.v1+json', digest: 'sha256:' + digest }));
`;
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'docker'), docker);
  chmodSync(join(folder, 'bin', 'docker'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

const pin = (...parameters: string[]) =>
  promisify(execFile)(process.execPath, [join(root, 'scripts', 'pin-images.mjs'), ...parameters], {
    cwd: folder,
    env: { PATH: join(folder, 'bin') },
  });
const text = (file: string) => readFileSync(join(folder, file), 'utf8');

test('every image of others is pinned to what the registry has, and asked for once', async () => {
  const before = files.map(text);
  await expect(pin('--check')).rejects.toMatchObject({
    stdout: expect.stringMatching(/\d images to pin/) as string,
  });
  expect(files.map(text)).toEqual(before);
  rmSync(join(folder, 'asked'));

  await pin();
  const asked = text('asked').trimEnd().split('\n');
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked).toContainEqual(
    expect.stringMatching(/^buildx imagetools inspect \{\{json \.Manifest\}\} temporalio\/server:/),
  );
  const images = files.flatMap((file) => text(file).match(/^\s*(FROM|image:) .*$/gm) ?? []);
  const loose = images.filter((line) => !/@sha256:[\da-f]{64}/.test(line) && !line.includes('*'));
  expect(loose.map((line) => line.trim())).toEqual([expect.stringMatching(/^image: prism-imports:/)]);
  // Nothing but digests has changed.
  const plain = (given: string) => given.replace(/@sha256:[\da-f]{64}/g, '');
  expect(files.map(text).map(plain)).toEqual(before.map(plain));
  expect((await pin('--check')).stdout).toBe('0 images to pin\n');
});
