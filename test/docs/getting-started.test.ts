import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPrismEmulator } from 'prism-emulator';
import { cliVersion } from '../../src/dev/temporal-cli';

const run = promisify(execFile);
const page = readFileSync(join(__dirname, '..', '..', 'docs', 'getting-started.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => text);

test('the page gets a job from the emulator', async () => {
  const emulator = await startPrismEmulator({ clock: 'manual' });
  try {
    const [block = ''] = blocks.filter((text) => text.includes('curl '));
    expect(block).toContain('http://127.0.0.1:8787/');
    const script = block.replace('http://127.0.0.1:8787', emulator.baseUrl);
    const { stdout } = await run('sh', ['-c', `${script}\necho "$job"`], { timeout: 20_000 });
    const [job] = await emulator.controller.jobs();
    expect(job).toMatchObject({ teamId: 'acme', id: stdout.trim(), rows: 120 });
  } finally {
    await emulator.close();
  }
});

test('the page finds the Temporal CLI in the cache', () => {
  expect(page).toContain(`~/.cache/prism-imports/temporal-cli-${cliVersion}-*`);
});
