import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ImportReport } from '../../src/core/pipeline/report';
import { runCli, type CliEnd } from '../cli/support/run-cli';
import { cases, type Case } from './cases';
import { caseFile, startCasesRig, ways, type CasesRig, type Way } from './support/cases-rig';

let rig: CasesRig;
let team = 0;

beforeAll(async () => {
  rig = await startCasesRig();
});
afterAll(() => rig?.close());

const newTeam = (): string => `team-${(team += 1)}`;
const named = cases.map((each) => ({ ...each, say: [each.file, ...(each.flags ?? [])].join(' ') }));

function expectPrinted({ stdout, stderr }: CliEnd, patterns: readonly RegExp[] = []): void {
  for (const pattern of patterns) expect(stdout + stderr).toMatch(pattern);
}

function expectRefused({ code, stdout, stderr }: CliEnd, refused: readonly RegExp[]): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expectPrinted({ code, stdout, stderr }, refused);
  expect(stderr).not.toMatch(/^ {4}at /m);
}

/** What the report says of each failed row, by its line. */
async function failedLines({ reportNdjsonUri }: ImportReport): Promise<Record<number, string>> {
  const text = await readFile(fileURLToPath(reportNdjsonUri), 'utf8');
  const lines = text.trimEnd().split('\n');
  const rows = lines.map(
    (line) => JSON.parse(line) as { line: number; outcome: string; error_message: string },
  );
  return Object.fromEntries(
    rows.filter(({ outcome }) => outcome === 'failed').map((row) => [row.line, row.error_message]),
  );
}

async function expectReport(
  { code, stdout }: CliEnd,
  { sent = [], failed = {} }: Case,
): Promise<ImportReport> {
  const report = JSON.parse(stdout) as ImportReport;
  const count = Object.keys(failed).length;
  expect(report.totals).toMatchObject({ rows: sent.length + count, failed: count, unknown: 0 });
  expect(code).toBe(count === 0 ? 0 : 4);
  const lines = await failedLines(report);
  expect(Object.keys(lines)).toEqual(Object.keys(failed));
  for (const [line, reason] of Object.entries(failed)) expect(lines[Number(line)]).toMatch(reason);
  return report;
}

/** A file that is packed already, and is packed again. */
const packed = (each: Case): Case =>
  each.file.startsWith('gzip') ? { file: each.file, refused: [/gzip/] } : each;

async function tryCase(each: Case, way: Way): Promise<void> {
  const { file, flags = [], refused, sent = [], said } = way === 'compressed by gzip' ? packed(each) : each;
  const teamId = newTeam();
  const end = await rig.import(await rig.place(file, way), teamId, ...flags, '--json');
  expect(rig.sent(teamId)).toEqual(sent);
  if (refused !== undefined) return expectRefused(end, refused);
  await expectReport(end, each);
  expectPrinted(end, said);
}

describe.each(ways)('%s', (way) => {
  test.each(named)('$say', (each) => tryCase(each, way));
});

/** One case of each kind: `dev` reads a file by the same code as `import`, after the same flags. */
const kinds = new Map(
  named.map((each) => [[each.refused, each.failed, each.flags, each.said].map(Boolean).join(), each]),
);

test.each([...kinds.values()])('by dev: $say', async (each) => {
  const { file, flags = [], refused, said } = each;
  const end = await runCli(['dev', '--file', caseFile(file), ...flags, '--json'], { TMPDIR: rig.folder });
  if (refused !== undefined) return expectRefused(end, refused);
  await expectReport(end, each);
  expectPrinted(end, said);
});

test.each(named.filter(({ refused }) => refused === undefined))(
  'dry run: $say',
  async ({ file, flags = [], sent = [], failed = {}, said }) => {
    const end = await rig.import(caseFile(file), newTeam(), ...flags, '--dry-run');
    const counts = { sent: sent.length, failed: Object.keys(failed).length };
    expect(end.code).toBe(counts.failed === 0 ? 0 : counts.sent === 0 ? 3 : 4);
    expectPrinted(end, said);
    expect(end.stdout).toMatch(new RegExp(`${counts.sent} can be sent and ${counts.failed} cannot`));
  },
);

describe('the failed rows', () => {
  async function failing(file: string, ...flags: string[]): Promise<{ report: ImportReport; path: string }> {
    const end = await rig.import(caseFile(file), newTeam(), ...flags, '--json');
    const report = JSON.parse(end.stdout) as ImportReport;
    return { report, path: fileURLToPath(report.failedRowsUri ?? '') };
  }

  test('with broken quoting fail again, and nothing is made of two of them', async () => {
    const { path } = await failing('broken-quotes-merge.csv');
    const teamId = newTeam();
    const again = await rig.import(path, teamId, '--json');
    const { totals } = JSON.parse(again.stdout) as ImportReport;
    expect(totals).toMatchObject({ rows: 2, failed: 2 });
    expect(rig.sent(teamId)).toEqual([]);
  });

  test.each([{ encoding: ['--encoding', 'windows-1252'] }, { encoding: [] }])(
    'of another encoding are the same by $encoding',
    async ({ encoding }) => {
      const map = ['--map', 'n=n:number'];
      const { path } = await failing('windows-1252-failed.csv', '--encoding', 'windows-1252', ...map);
      const corrected = (await readFile(path, 'utf8')).replace(',x', ',7');
      const teamId = newTeam();
      const copy = await rig.file('corrected.csv', corrected);
      const { code } = await rig.import(copy, teamId, ...map, ...encoding);
      expect(code).toBe(0);
      expect(rig.sent(teamId)).toEqual(['"name":"Zürich AG","n":7']);
    },
  );
});

test('rows without a value to deduplicate by are never sent twice', async () => {
  const teamId = newTeam();
  const keys = new Set<unknown>();
  rig.emulator.controller.addRule({
    operation: 'import',
    teamId,
    // The first answer to each key is lost.
    respond: ({ headers }) =>
      keys.size === keys.add(headers['idempotency-key']).size ? undefined : 'reset-after',
  });
  const flags = ['--dedupe-by', 'primary_domain', '--json'];
  const { code, stdout } = await rig.import(caseFile('dedupe-cells-blank.csv'), teamId, ...flags);
  expect(keys.size).toBe(2);
  const { totals } = JSON.parse(stdout) as ImportReport;
  expect(totals).toMatchObject({ rows: 3, failed: 0, unknown: 2 });
  expect(code).toBe(4);
  expect(rig.emulator.controller.counts(teamId).organization).toBe(3);
  for (const row of ['"name":"Beta"', '"name":"Gamma"'])
    expect(rig.sent(teamId).filter((each) => each === row)).toHaveLength(1);
});
