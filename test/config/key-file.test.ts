import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyFile } from '../../src/config/key-file';

const folder = mkdtempSync(join(tmpdir(), 'prism-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
/** A file with a key, as opened, with a clock that the test moves. */
function open(content = 'first-key\n') {
  const path = join(folder, `key-${(count += 1)}`);
  writeFileSync(path, content);
  const clock = { ms: 0 };
  const file = KeyFile.open(path, () => clock.ms);
  if (typeof file === 'string') throw new Error(file);
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  return { path, clock, file, warnings, key: () => file.key({ warn }) };
}

test.each([
  ['first-key', 'first-key'],
  ['first-key\n', 'first-key'],
  ['first-key\r\n', 'first-key'],
  ['first-key\n\n', 'first-key'],
  [`${'k'.repeat(8192)}`, 'k'.repeat(8192)],
])('the key of %j is read without what ends its line', (content, key) => {
  expect(open(content).key()).toBe(key);
});

test.each([
  ['', 'it is empty'],
  ['\n', 'it is empty'],
  ['short', 'at least 8 characters'],
  ['two words here', 'without spaces'],
  ['first-key\nsecond-key\n', 'without spaces'],
  ['schlüssel-eins', 'printable ASCII'],
  ['k'.repeat(8193), 'at most 8192 bytes'],
])('a file with %j is refused, and not shown', (content, says) => {
  const path = join(folder, 'refused');
  writeFileSync(path, content);
  const problem = KeyFile.open(path);
  expect(problem).toContain(says);
  if (content.trim() !== '') expect(problem).not.toContain(content.trim());
});

test('what is no file is refused without waiting for it', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(KeyFile.open(pipe)).toContain('it is not a file');
  expect(KeyFile.open(folder)).toContain('it is not a file');
  expect(KeyFile.open(join(folder, 'missing'))).toBe('it cannot be read (ENOENT)');
});

test('a changed key is used once it has stayed the same for a second', () => {
  const { path, clock, key, file } = open();
  writeFileSync(path, 'second-k');
  expect(key()).toBe('first-key');
  clock.ms = 900;
  writeFileSync(path, 'second-key'); // the first look came in the middle of the writing
  expect(key()).toBe('first-key');
  clock.ms = 1800;
  expect(key()).toBe('first-key');
  clock.ms = 1900;
  expect(key()).toBe('second-key');
  expect(file.secrets()).toEqual(['first-key', 'second-k', 'second-key']);
});

test('a changed key is used at once when the API has refused the one before', () => {
  const { path, file } = open();
  writeFileSync(path, 'second-key');
  expect(file.key()).toBe('first-key');
  expect(file.key({ refused: 'an older key' })).toBe('first-key');
  expect(file.key({ refused: 'first-key' })).toBe('second-key');
});

test('a file of the same size, time and place that says something else is seen', () => {
  const { path, clock, key } = open('first-key1');
  writeFileSync(path, 'first-key2');
  expect(key()).toBe('first-key1');
  clock.ms = 1000;
  expect(key()).toBe('first-key2');
});

test('a key is exchanged by renaming, and by a link as Kubernetes does', () => {
  const base = join(folder, 'secret');
  for (const [name, key] of [
    ['one', 'first-key'],
    ['two', 'second-key'],
  ] as const) {
    mkdirSync(join(base, name), { recursive: true });
    writeFileSync(join(base, name, 'key'), key);
  }
  symlinkSync('one', join(base, '..data'));
  symlinkSync(join('..data', 'key'), join(base, 'key'));
  const clock = { ms: 0 };
  const file = KeyFile.open(join(base, 'key'), () => clock.ms);
  if (typeof file === 'string') throw new Error(file);
  symlinkSync('two', join(base, '..data_tmp'));
  renameSync(join(base, '..data_tmp'), join(base, '..data'));
  expect(file.key()).toBe('first-key');
  clock.ms = 1000;
  expect(file.key()).toBe('second-key');
});

test.each([
  ['empty', (path: string) => truncateSync(path), 'it is empty'],
  ['missing', (path: string) => rmSync(path), 'it cannot be read (ENOENT)'],
  ['malformed', (path: string) => writeFileSync(path, 'my secret words'), 'it does not hold an API key'],
])('while the file is %s the last good key stays, with one warning', (_, spoil, says) => {
  const { path, clock, key, warnings } = open();
  spoil(path);
  expect([key(), key()]).toEqual(['first-key', 'first-key']);
  expect(warnings).toEqual([expect.stringContaining(says)]);
  expect(warnings[0]).not.toMatch(/secret words|first-key/);
  writeFileSync(path, 'second-key');
  key();
  clock.ms = 1000;
  expect(key()).toBe('second-key');
  expect(warnings).toHaveLength(1);
});

test('former keys are remembered for a while, the one in use always', () => {
  const { path, clock, key, file } = open();
  for (let each = 0; each < 100; each += 1) {
    writeFileSync(path, `key-number-${each}`);
    key();
    clock.ms += 1000;
    key();
  }
  expect(file.secrets()).toHaveLength(16);
  expect(file.secrets().at(-1)).toBe('key-number-99');
});

test('the key in use is remembered however often the file changes before another is used', () => {
  const { path, key, file } = open();
  for (let each = 0; each < 100; each += 1) {
    writeFileSync(path, `key-number-${each}`);
    expect(key()).toBe('first-key');
  }
  expect(file.secrets()).toHaveLength(16);
  expect(file.secrets()).toContain('first-key');
});
