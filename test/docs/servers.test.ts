import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliVersion, skippingCliVersion, temporalCli } from '../../src/dev/temporal-cli';
import { runCommand } from '../../src/dev/run-command';
import { fullServerVersion } from '../interop/support/go-tool';
import { newerServerVersion } from '../interop/support/newer-temporal-cli';
import { suitesForServers } from '../interop/support/suites';
import { testServerVersion } from '../support/test-server/time-skipping-server';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'servers.md'), 'utf8');
const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

test('the servers of the table are those that the tests start', async () => {
  const { path } = await temporalCli();
  const { output } = await runCommand(path, ['--version'], { environment: process.env, limitMs: 30_000 });
  const server = /Server ([\d.]+)/.exec(output)?.[1];
  const servers = page.split('\n').flatMap((line) => /^\| ([^|]*\d[^|]*?) +\|/.exec(line)?.[1] ?? []);
  expect(servers).toEqual([
    `development server ${server} (CLI ${cliVersion})`,
    `development server ${newerServerVersion} (CLI ${skippingCliVersion})`,
    `full server ${fullServerVersion} on PostgreSQL`,
    `Java test server ${testServerVersion}, which skips time`,
  ]);
});

test('every test that the page names is there, and those that run on the full server are named', () => {
  const named = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(named).toEqual(expect.arrayContaining(suitesForServers));
});

test('the compose file starts the full server that was tried', () => {
  for (const image of ['server', 'admin-tools'])
    expect(compose).toContain(`temporalio/${image}:${fullServerVersion}\n`);
});
