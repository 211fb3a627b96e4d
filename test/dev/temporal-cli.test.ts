import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliVersion, temporalCli } from '../../src/dev/temporal-cli';
import { FakeTools } from './support/fake-tools';

let tools: FakeTools;
beforeEach(() => {
  tools = new FakeTools();
});
afterEach(() => tools.remove());

const versionText = (server: string) => `echo "temporal version 1.9.9 (Server ${server}, UI 2.42.1)"`;
const fakeGo = () =>
  tools.onPath(
    'go',
    'echo "$@" >> "$LOG"\n[ "$1" = install ] && echo built > "$GOBIN/temporal" && /bin/chmod 755 "$GOBIN/temporal"\nexit 0',
  );
const partialsLeft = () =>
  readdirSync(tools.settings.cacheDirectory).filter((name) => name.includes('.partial-'));

describe('the Temporal CLI', () => {
  test('a path in PRISM_TEMPORAL_CLI comes before everything', async () => {
    tools.onPath('temporal', versionText('1.29.1'));
    tools.settings.temporalCli = tools.script(join(tools.folder, 'mine'), 'exit 1');
    await expect(temporalCli(tools.settings)).resolves.toEqual({
      type: 'existing-path',
      path: tools.settings.temporalCli,
    });
  });

  test.each([
    { why: 'nothing', make: () => undefined, seen: 'nothing is there' },
    { why: 'a folder', make: (path: string) => mkdirSync(path), seen: 'not a file' },
    { why: 'a text', make: (path: string) => writeFileSync(path, ''), seen: 'not executable' },
  ])('$why in PRISM_TEMPORAL_CLI is refused, not passed over', async ({ make, seen }) => {
    tools.onPath('temporal', versionText('1.29.1'));
    tools.settings.temporalCli = join(tools.folder, 'mine');
    make(tools.settings.temporalCli);
    await expect(temporalCli(tools.settings)).rejects.toThrow(
      `PRISM_TEMPORAL_CLI: saw "${tools.settings.temporalCli}" (${seen}), expected the path of an executable file`,
    );
  });

  test('`temporal` on PATH comes before the cache', async () => {
    const path = tools.onPath('temporal', versionText('1.27.0'));
    tools.inCache('temporal-cli', cliVersion, 'temporal');
    await expect(temporalCli(tools.settings)).resolves.toMatchObject({ path });
  });

  test.each([
    { why: 'too old', body: versionText('1.26.9') },
    { why: 'something else', body: 'echo temporal artisans 1.0' },
    { why: 'broken', body: 'exit 3' },
  ])('`temporal` on PATH that is $why is passed over for the cache', async ({ body }) => {
    tools.onPath('temporal', body);
    const path = tools.inCache('temporal-cli', cliVersion, 'temporal');
    await expect(temporalCli(tools.settings)).resolves.toMatchObject({ path });
    expect(tools.announced).toEqual([]);
  });

  test('is built by Go at last, announced beforehand, and found in the cache the next time', async () => {
    fakeGo();
    const { path } = await temporalCli(tools.settings);
    expect(readFileSync(path, 'utf8')).toBe('built\n');
    expect(tools.announced.join('')).toMatch(/Building the Temporal CLI .* about 4 min/);
    expect(readFileSync(tools.log, 'utf8')).toContain(
      `github.com/temporalio/cli/cmd/temporal@v${cliVersion}`,
    );
    rmSync(join(tools.bin, 'go'));
    await expect(temporalCli(tools.settings)).resolves.toMatchObject({ path });
  });

  test('two runs at the same time end with one executable', async () => {
    fakeGo();
    const [one, other] = await Promise.all([temporalCli(tools.settings), temporalCli(tools.settings)]);
    expect(one).toEqual(other);
    expect(existsSync(one.path)).toBe(true);
    expect(partialsLeft()).toEqual([]);
  });

  test('a build that fails leaves nothing behind', async () => {
    tools.onPath(
      'go',
      '[ "$1" = install ] && echo half > "$GOBIN/temporal" && echo "disk full" >&2 && exit 1\nexit 0',
    );
    await expect(temporalCli(tools.settings)).rejects.toThrow('disk full');
    expect(readdirSync(tools.settings.cacheDirectory)).toEqual([]);
  });

  test('a module that cannot be had is found out before the build is announced', async () => {
    tools.onPath('go', '[ "$1" = list ] && echo "module lookup disabled" >&2 && exit 1\nexit 0');
    await expect(temporalCli(tools.settings)).rejects.toThrow('module lookup disabled');
    expect(tools.announced).toEqual([]);
  });

  test('when nothing works the error lists all that was tried and what to install', async () => {
    const error = await temporalCli(tools.settings).catch((reason: Error) => reason.message);
    for (const part of [
      'PRISM_TEMPORAL_CLI: not set',
      '`temporal` on PATH: temporal was not found',
      `the cache, ${tools.settings.cacheDirectory}`,
      "the Temporal SDK's download: temporal.download cannot be reached",
      'a build by Go: `go list`: go was not found',
      'install the Temporal CLI',
      'install Go 1.21',
    ]) {
      expect(error).toContain(part);
    }
  });
});
