import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TemporaryFiles } from '../support/temporary-files';
import { CodecModuleError } from '../../src/codec/codec-error';
import { loadCodecModule } from '../../src/codec/load-codec-module';

const files = new TemporaryFiles();
afterAll(() => files.remove());

const codec = '{ encode: async (payloads) => payloads, decode: async (payloads) => payloads }';

function write(name: string, content: string): void {
  const path = join(files.folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

test.each([
  ['named.cjs', `exports.payloadCodecs = [${codec}];`],
  ['default.cjs', `module.exports = [${codec}];`],
  ['compiled.cjs', `exports.__esModule = true; exports.default = [${codec}];`],
  ['node_modules/codec-package/index.js', `exports.payloadCodecs = [${codec}];`],
])('%s gives its codecs', async (name, content) => {
  write(name, content);
  const specifier = name.startsWith('node_modules') ? 'codec-package' : `./${name}`;
  expect(await loadCodecModule(specifier, files.folder)).toHaveLength(1);
});

test('a path may be absolute, or begin without a dot', async () => {
  write('sub/plain.js', `exports.payloadCodecs = [${codec}, ${codec}];`);
  expect(await loadCodecModule('sub/plain.js', files.folder)).toHaveLength(2);
  expect(await loadCodecModule(join(files.folder, 'sub', 'plain.js'))).toHaveLength(2);
});

test.each([
  ['./missing.js', null, /"\.\/missing\.js" cannot be loaded/],
  ['no-such-package', null, /"no-such-package" cannot be loaded/],
  [
    './fails.cjs',
    'throw new Error("no key service\\nsecond line");',
    /cannot be loaded from .*: no key service$/,
  ],
  ['./nothing.cjs', 'exports.codec = 1;', /must export `payloadCodecs`/],
  ['./empty.cjs', 'exports.payloadCodecs = [];', /must export `payloadCodecs`/],
  ['./half.cjs', 'exports.payloadCodecs = [{ encode() {} }];', /must export `payloadCodecs`/],
])('%s is refused', async (specifier, content, message) => {
  if (content !== null) write(specifier, content);
  const error: unknown = await loadCodecModule(specifier, files.folder).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CodecModuleError);
  expect((error as Error).message).toMatch(message);
});
