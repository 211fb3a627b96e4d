import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeTools } from '../../dev/support/fake-tools';
import { testServerVersion, timeSkippingServer } from './time-skipping-server';

let tools: FakeTools;
beforeEach(() => {
  tools = new FakeTools();
});
afterEach(() => tools.remove());

describe('the time-skipping test server', () => {
  const fakeMaven = () =>
    tools.onPath(
      'mvn',
      'echo "$@" >> "$LOG"\n[ "$1" = --version ] || { /bin/mkdir lib; echo jar > lib/server.jar; }',
    );

  /** SHA-256 of the content that the Maven above provides: `jar` and a line feed. */
  const jar = { 'server.jar': createHash('sha256').update('jar\n').digest('hex') };

  test.each([
    { why: 'other content', checksums: { 'server.jar': '0'.repeat(64) }, named: 'server.jar' },
    { why: 'an unknown library', checksums: {}, named: 'server.jar' },
    { why: 'a missing library', checksums: { ...jar, 'lost.jar': '0'.repeat(64) }, named: 'lost.jar' },
  ])('$why among what Maven brings is refused, and nothing is kept', async ({ checksums, named }) => {
    tools.onPath('java', 'exit 0');
    fakeMaven();
    await expect(timeSkippingServer(tools.settings, null, checksums)).rejects.toThrow(`jars.json: ${named}`);
    expect(readdirSync(tools.settings.cacheDirectory)).toEqual([]);
  });

  test('a path in PRISM_TEMPORAL_TEST_SERVER comes before the cache', async () => {
    tools.inCache('temporal-test-server', testServerVersion, 'temporal-test-server');
    const path = tools.script(join(tools.folder, 'mine'), 'exit 0');
    await expect(timeSkippingServer(tools.settings, path)).resolves.toMatchObject({ path });
  });

  test('the cache comes before Maven', async () => {
    const path = tools.inCache('temporal-test-server', testServerVersion, 'temporal-test-server');
    fakeMaven();
    await expect(timeSkippingServer(tools.settings, null)).resolves.toMatchObject({ path });
    expect(existsSync(tools.log)).toBe(false);
  });

  test('fetched by Maven it is a launcher that becomes the Java process', async () => {
    tools.onPath('java', '[ "$1" = -version ] || echo "java $$ $@"');
    fakeMaven();
    const { path } = await timeSkippingServer(tools.settings, null, jar);
    expect(tools.announced.join('')).toMatch(/Fetching .* 60 MB/);
    const { pid, stdout } = spawnSync(path, ['4711'], { env: { PATH: tools.bin }, encoding: 'utf8' });
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
    { lacking: 'mvn', make: () => tools.onPath('java', 'exit 0') },
  ])('without $lacking nothing is announced and the error names it', async ({ lacking, make }) => {
    make();
    await expect(timeSkippingServer(tools.settings, null)).rejects.toThrow(`${lacking} was not found`);
    expect(tools.announced).toEqual([]);
  });
});
