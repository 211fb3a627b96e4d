import { listTable } from '../../../src/cli/list/list-table';
import { displayWidth } from '../../../src/cli/terminal/terminal';
import { drawable } from '../../../src/cli/terminal/ascii';
import { trackerWorkflowId } from '../../../src/core/ids';
import type { ListedImport } from '../../../src/temporal/listing/listing';

const teamId = '0b6a3c1e-77aa-4a0b-9d0e-4f1f3c9d7e11';
const jobId = '7e0a8a5d-5a52-4b0a-8a24-6f7c3b0a9d22';
const nowMs = Date.UTC(2026, 10, 24, 12);
const at = (minutes: number) => new Date(nowMs + minutes * 60_000).toISOString();
const open: ListedImport = {
  ...{ status: 'processing', teamId, jobId, problem: null },
  ...{ startedAt: at(-5), endedAt: null, expiresAt: at(9000) },
  ...{ workflowId: trackerWorkflowId(teamId, jobId), runId: 'run' },
};
const askedSince = (problemSince: string) => ({
  ...{ polls: 7, fraction: 0.4, nextPollAt: at(2), estimatedEndAt: null },
  ...{ problemSince, problemMessage: 'HTTP 403' },
});
const ended: ListedImport = { ...open, status: 'complete', endedAt: at(-3) };

test.each([80, 100, 64])('on %d columns the job id is whole and no line is longer', (width) => {
  const child = { ...open, workflowId: `nightly-${teamId}/${jobId}`, unserved: ['prism-imports'] };
  for (const rows of [
    [open, ended],
    [open, child],
  ]) {
    const lines = listTable(rows, nowMs, { width, pipelines: false }).split('\n');
    for (const line of lines.slice(2)) expect(line).toContain(jobId);
    if (width >= 80) for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  }
});

test('on 80 columns the problem is whole, and what no worker has taken up is told apart', () => {
  const blocked = { ...open, problem: 'key_refused', asked: askedSince(at(-60)) };
  const silent = [1, 2].map((n) => ({
    ...open,
    ...{ teamId: null, jobId: null, expiresAt: null, unserved: ['prism-imports'] },
    workflowId: `nightly-of-the-second-region-${n}`,
  }));
  const lines = listTable([blocked, ...silent], nowMs, { width: 80, pipelines: false }).split('\n');
  expect(lines[2]).toContain('key_refused for 1 h');
  expect(lines[2]).toContain(jobId);
  for (const n of [1, 2]) expect(lines[2 + n]).toContain(`nightly-of-the-second-region-${n}`);
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80);
});

test('of pipelines the workflow id is whole, and a list of what has ended says when', () => {
  const pipeline = { ...ended, teamId: null, jobId: null, workflowId: `prism-records-${jobId}` };
  expect(listTable([pipeline], nowMs, { width: 64, pipelines: true })).toContain(pipeline.workflowId);
  const [head, , row] = listTable([ended], nowMs, { width: 120, pipelines: false }).split('\n');
  expect(head).toMatch(/^Status {4}Age {4}Ended {6}Team/);
  expect(row).toMatch(/^complete {2}5 min {2}3 min ago {2}0b6a/);
});

describe('where the locale or the terminal knows no more', () => {
  const { LC_ALL, LANG, TERM } = process.env;
  afterEach(() => Object.assign(process.env, { LC_ALL: LC_ALL ?? '', LANG: LANG ?? '', TERM: TERM ?? '' }));

  test.each([
    { LC_ALL: '', LANG: 'C', TERM: 'xterm' },
    { LC_ALL: 'POSIX', LANG: 'de_DE.UTF-8', TERM: 'xterm' },
    { LC_ALL: '', LANG: 'C.UTF-8', TERM: 'dumb' },
  ])('all that is drawn is ASCII: %j', (environment) => {
    Object.assign(process.env, environment);
    const rows = [
      { ...open, teamId: 'a team with a very long name indeed'.repeat(3) },
      { ...open, expiresAt: null },
    ];
    const table = drawable(listTable(rows, nowMs, { width: 90, pipelines: false }));
    expect(table).toMatch(/^[\n -~]+$/);
    expect(table).toContain('a tea');
  });
});
