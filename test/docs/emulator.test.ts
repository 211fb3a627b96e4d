import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  settingNames,
  startPrismEmulator,
  type EmulatorOptions,
  type PrismEmulator,
  type Rule,
} from 'prism-emulator';
import { emulatorPages as pages } from './support/emulator-pages';

const root = join(__dirname, '..', '..');
const blocks = (language: string) =>
  [...pages.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text]) => text ?? '');
const rules = [...pages.matchAll(/\| `(\{ ".*\})`\s*\|$/gm)].map(([, text]) => text ?? '');
const curls = blocks('sh').flatMap((block) => block.split('\n').filter((line) => line.startsWith('curl ')));

let emulator: PrismEmulator;
beforeAll(async () => {
  emulator = await startPrismEmulator({ adminPort: 0, clock: 'manual' });
});
afterAll(() => emulator.close());

test('the jest test of the pages is the one of the example', () => {
  const example = readFileSync(join(root, 'examples', 'jest', 'import-contacts.test.js'), 'utf8');
  expect(blocks('js')[0]).toBe(example);
});

test('the pages name every setting', () => {
  const missing = settingNames.filter((name) => !pages.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});

test.each(blocks('json'))('the settings file of the pages is accepted: %s', async (text) => {
  const started = await startPrismEmulator(JSON.parse(text) as EmulatorOptions);
  await started.close();
});

test('the pages have a recipe for every kind of fault', () => {
  expect(rules.length).toBeGreaterThan(20);
});

test.each(rules)('the recipe %s is accepted', (text) => {
  emulator.controller.addRule(JSON.parse(text) as Rule).remove();
});

test('every line for the admin API does what it should', async () => {
  emulator.controller.reset();
  expect(curls.length).toBeGreaterThan(12);
  for (const line of curls) {
    const [, url = ''] = /(http:\S+?)'?$/.exec(line) ?? [];
    const [, method = 'GET'] = /-X (\w+)/.exec(line) ?? [];
    const [, body] = /-d '([^']*)'/.exec(line) ?? [];
    const response = await fetch(url.replace('http://127.0.0.1:8788', emulator.adminUrl ?? ''), {
      method,
      ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    });
    expect({ line, ok: response.ok }).toEqual({ line, ok: true });
  }
});
