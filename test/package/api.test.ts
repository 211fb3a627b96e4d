import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { PackageJson } from './support/pack';
import { typedEntries } from './support/pack';

const root = join(__dirname, '..', '..');
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;
const reports = typedEntries(packageJson).map(
  (entry) => `${entry === '.' ? 'index' : basename(entry)}.api.md`,
);

let written: string;
beforeAll(async () => {
  written = mkdtempSync(join(tmpdir(), 'prism-api-reports-'));
  await promisify(execFile)(process.execPath, [join(root, 'scripts', 'write-api.mjs'), written]);
});
afterAll(() => rmSync(written, { recursive: true, force: true }));

test.each(reports)(
  'api/%s has what the entry exports (else: npm run api, and look at the difference)',
  (name) => {
    const kept = join(root, 'api', name);
    expect(existsSync(kept) ? readFileSync(kept, 'utf8') : '').toBe(
      readFileSync(join(written, name), 'utf8'),
    );
  },
);

test('each entry has its report, and no report is left over', () => {
  expect(readdirSync(join(root, 'api')).sort()).toEqual([...reports].sort());
});

test('no entry gives callers the state that a tracker carries over', () => {
  const inputs = ['index', 'workflow'].flatMap((entry) => {
    const report = readFileSync(join(written, `${entry}.api.md`), 'utf8');
    return report.match(/^export interface TrackImportInput \{[^}]*\}/m) ?? [];
  });
  expect(inputs).toHaveLength(2);
  for (const input of inputs) expect(input).not.toContain('carried');
});
