import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ToolSettings } from '../../src/config/config';
import { cliVersion, temporalCli, testServerVersion, timeSkippingServer } from '../../src/dev/executables';

let folder: string;
let bin: string;
let settings: ToolSettings;
let announced: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prism-executables-'));
  bin = join(folder, 'bin');
  mkdirSync(bin);
  settings = {
    temporalCli: null,
    testServer: null,
    cacheDirectory: join(folder, 'cache'),
    ci: false,
    // Nobody listens on port 1: the download fails at once, whatever this machine can reach.
    environment: { PATH: bin, HTTPS_PROXY: 'http://127.0.0.1:1', LOG: join(folder, 'log') },
  };
  announced = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    announced.push(String(text));
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** An executable that is a shell script; returns its path. */
function script(path: string, body: string): string {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const onPath = (name: string, body: string) => script(join(bin, name), body);
const inCache = (tool: string, version: string, file: string) => {
  const place = join(settings.cacheDirectory, `${tool}-${version}-${process.platform}-${process.arch}`);
  mkdirSync(place, { recursive: true });
  return script(join(place, file), 'exit 0');
};
const versionText = (server: string) => `echo "temporal version 1.9.9 (Server ${server}, UI 2.42.1)"`;
const fakeGo = () =>
  onPath(
    'go',
    'echo "$@" >> "$LOG"\n[ "$1" = install ] && echo built > "$GOBIN/temporal" && /bin/chmod 755 "$GOBIN/temporal"\nexit 0',
  );
const partialsLeft = () => readdirSync(settings.cacheDirectory).filter((name) => name.includes('.partial-'));

describe('the Temporal CLI', () => {
  test('a path in PRISM_TEMPORAL_CLI comes before everything', async () => {
    onPath('temporal', versionText('1.29.1'));
    settings.temporalCli = script(join(folder, 'mine'), 'exit 1');
    await expect(temporalCli(settings)).resolves.toEqual({
      type: 'existing-path',
      path: settings.temporalCli,
    });
  });

  test.each([
    { why: 'nothing', make: () => undefined, seen: 'nothing is there' },
    { why: 'a folder', make: (path: string) => mkdirSync(path), seen: 'not a file' },
    { why: 'a text', make: (path: string) => writeFileSync(path, ''), seen: 'not executable' },
  ])('$why in PRISM_TEMPORAL_CLI is refused, not passed over', async ({ make, seen }) => {
    onPath('temporal', versionText('1.29.1'));
    settings.temporalCli = join(folder, 'mine');
    make(settings.temporalCli);
    await expect(temporalCli(settings)).rejects.toThrow(
      `PRISM_TEMPORAL_CLI: saw "${settings.temporalCli}" (${seen}), expected the path of an executable file`,
    );
  });

  test('`temporal` on PATH comes before the cache', async () => {
    const path = onPath('temporal', versionText('1.27.0'));
    inCache('temporal-cli', cliVersion, 'temporal');
    await expect(temporalCli(settings)).resolves.toMatchObject({ path });
  });

  test.each([
    { why: 'too old', body: versionText('1.26.9') },
    { why: 'something else', body: 'echo temporal artisans 1.0' },
    { why: 'broken', body: 'exit 3' },
  ])('`temporal` on PATH that is $why is passed over for the cache', async ({ body }) => {
    onPath('temporal', body);
    const path = inCache('temporal-cli', cliVersion, 'temporal');
    await expect(temporalCli(settings)).resolves.toMatchObject({ path });
    expect(announced).toEqual([]);
  });

  test('is built by Go at last, announced beforehand, and found in the cache the next time', async () => {
    fakeGo();
    const { path } = await temporalCli(settings);
    expect(readFileSync(path, 'utf8')).toBe('built\n');
    expect(announced.join('')).toMatch(/Building the Temporal CLI .* about 4 min/);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toContain(
      `github.com/temporalio/cli/cmd/temporal@v${cliVersion}`,
    );
    rmSync(join(bin, 'go'));
    await expect(temporalCli(settings)).resolves.toMatchObject({ path });
  });

  test('two runs at the same time end with one executable', async () => {
    fakeGo();
    const [one, other] = await Promise.all([temporalCli(settings), temporalCli(settings)]);
    expect(one).toEqual(other);
    expect(existsSync(one.path)).toBe(true);
    expect(partialsLeft()).toEqual([]);
  });

  test('a build that fails leaves nothing behind', async () => {
    onPath(
      'go',
      '[ "$1" = install ] && echo half > "$GOBIN/temporal" && echo "disk full" >&2 && exit 1\nexit 0',
    );
    await expect(temporalCli(settings)).rejects.toThrow('disk full');
    expect(readdirSync(settings.cacheDirectory)).toEqual([]);
  });

  test('a module that cannot be had is found out before the build is announced', async () => {
    onPath('go', '[ "$1" = list ] && echo "module lookup disabled" >&2 && exit 1\nexit 0');
    await expect(temporalCli(settings)).rejects.toThrow('module lookup disabled');
    expect(announced).toEqual([]);
  });

  test('when nothing works the error lists all that was tried and what to install', async () => {
    const error = await temporalCli(settings).catch((reason: Error) => reason.message);
    for (const part of [
      'PRISM_TEMPORAL_CLI: not set',
      '`temporal` on PATH: temporal was not found',
      `the cache, ${settings.cacheDirectory}`,
      "the Temporal SDK's download: temporal.download cannot be reached",
      'a build by Go: `go list`: go was not found',
      'install the Temporal CLI',
      'install Go 1.21',
    ]) {
      expect(error).toContain(part);
    }
  });
});

describe('the time-skipping test server', () => {
  const fakeMaven = () =>
    onPath(
      'mvn',
      'echo "$@" >> "$LOG"\n[ "$1" = --version ] || { /bin/mkdir lib; echo jar > lib/server.jar; }',
    );

  test('a path in PRISM_TEMPORAL_TEST_SERVER comes before the cache', async () => {
    inCache('temporal-test-server', testServerVersion, 'temporal-test-server');
    settings.testServer = script(join(folder, 'mine'), 'exit 0');
    await expect(timeSkippingServer(settings)).resolves.toMatchObject({ path: settings.testServer });
  });

  test('the cache comes before Maven', async () => {
    const path = inCache('temporal-test-server', testServerVersion, 'temporal-test-server');
    fakeMaven();
    await expect(timeSkippingServer(settings)).resolves.toMatchObject({ path });
    expect(existsSync(join(folder, 'log'))).toBe(false);
  });

  test('fetched by Maven it is a launcher that becomes the Java process', async () => {
    onPath('java', '[ "$1" = -version ] || echo "java $$ $@"');
    fakeMaven();
    const { path } = await timeSkippingServer(settings);
    expect(announced.join('')).toMatch(/Fetching .* 60 MB/);
    const { pid, stdout } = spawnSync(path, ['4711'], { env: { PATH: bin }, encoding: 'utf8' });
    const classPath = join(path, '..', 'lib', '*');
    expect(stdout).toMatch(new RegExp(`^java ${pid} .*io\\.temporal\\.testserver\\.TestServer 4711$`, 'm'));
    expect(stdout).toContain(` -cp ${classPath} `);
    expect(readFileSync(join(path, '..', 'pom.xml'), 'utf8')).toContain(
      `<version>${testServerVersion}</version>`,
    );
    expect(existsSync(join(path, '..', 'lib', 'server.jar'))).toBe(true);
  });

  test.each([
    { lacking: 'java', make: fakeMaven },
    { lacking: 'mvn', make: () => onPath('java', 'exit 0') },
  ])('without $lacking nothing is announced and the error names it', async ({ lacking, make }) => {
    make();
    await expect(timeSkippingServer(settings)).rejects.toThrow(`${lacking} was not found`);
    expect(announced).toEqual([]);
  });
});
