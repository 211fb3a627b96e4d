import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli } from '../support/run-cli';
import type { DryRun } from '../../../src/cli/import/dry-run-text';

let rig: CliRig;
beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

/** Names of what every object inherits. */
const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
const valuesOf = (format: string) => names.map((_, n) => `${format}${n}`);
const objectOf = (format: string) =>
  JSON.stringify(Object.fromEntries(names.map((name, n) => [name, valuesOf(format)[n]])));
const files = [
  {
    format: 'csv',
    content: `${names.join(',')}
${valuesOf('csv').join(',')}
`,
  },
  { format: 'ndjson', content: `${objectOf('ndjson')}\n` },
  { format: 'json', content: `[${objectOf('json')}]` },
];

/** What the last record has that the emulator made. */
async function lastRecord(): Promise<[string, unknown][]> {
  const url = `${rig.emulator.baseUrl}/v2/prism/team-1/organization?limit=50`;
  const answer = await fetch(url, { headers: { 'x-api-key': 'test-key-hunter2' } });
  const { data } = (await answer.json()) as { data: { properties: object }[] };
  return Object.entries(data.at(-1)?.properties ?? {});
}

describe.each(files)('in $format', ({ format, content }) => {
  const command = async (...flags: string[]) => [
    ...['import', await rig.file(`names.${format}`, content), '--object-type', 'organization', '--json'],
    ...flags,
  ];

  test('columns of such names are sent under them', async () => {
    const { code, stdout } = await runCli(await command('--dedupe-by', '__proto__'), rig.environment);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"created": 1') as string,
    });
    expect(await lastRecord()).toEqual(names.map((name, n) => [name, `${format}${n}`]));
  });

  test('such names are mapped like any other, from and to', async () => {
    const maps = names.flatMap((name, n) => ['--map', `${name}=${names[(n + 1) % names.length]}`]);
    const dry = await runCli(await command('--dry-run', ...maps), rig.environment);
    const { columns } = JSON.parse(dry.stdout) as DryRun;
    expect(columns.map(({ column, property }) => [column, property])).toEqual(
      names.map((name, n) => [name, names[(n + 1) % names.length]]),
    );
    expect((await runCli(await command(...maps), rig.environment)).code).toBe(0);
    expect(await lastRecord()).toEqual(names.map((_, n) => [names[(n + 1) % names.length], `${format}${n}`]));
  });

  test('such names are left out, and read as a type', async () => {
    const maps = ['__proto__=', 'constructor=a:number', 'toString=b[;]'].flatMap((map) => ['--map', map]);
    const { stdout } = await runCli(await command('--dry-run', ...maps), rig.environment);
    expect(JSON.parse(stdout)).toMatchObject({
      malformedRows: [{ reason: expect.stringMatching(/"constructor" is not of type number/) as string }],
    });
    const mapping = await rig.file(
      'mapping.json',
      '{"__proto__": null, "constructor": {"property": "__proto__"}}',
    );
    expect((await runCli(await command('--mapping', mapping), rig.environment)).code).toBe(0);
    expect(await lastRecord()).toEqual([
      ['__proto__', `${format}1`],
      ['toString', `${format}2`],
      ['hasOwnProperty', `${format}3`],
    ]);
  });
});

test('a mapping of such a name to what is no property is refused by that name', async () => {
  const path = await rig.file('wrong.csv', 'name\nA\n');
  for (const name of names) {
    const mapping = await rig.file('wrong.json', `{"${name}": 5}`);
    const command = ['import', path, '--object-type', 'organization', '--mapping', mapping, '--dry-run'];
    const { code, stderr } = await runCli(command, rig.environment);
    expect(code).toBe(2);
    expect(stderr).toContain(`source.mapping.${name}: saw 5`);
  }
});
