import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowOutcome, type RowResult } from '../src/prism/contract';
import { benches, root, start } from './support/client';

const bench = benches();

/** The first two columns of the universities file; neither holds a line break, and a name may be quoted. */
function universities(): { default: { name: string; primary_domain: string } }[] {
  const text = readFileSync(join(__dirname, '../../data/universities.csv'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [, quoted, plain, primary_domain = ''] =
        /^(?:"((?:[^"]|"")*)"|([^,]*)),([^,]*),/.exec(line) ?? [];
      return { default: { name: quoted ?? plain ?? '', primary_domain } };
    });
}

test.each([
  { order: 'file order', arrange: <T>(batches: T[]) => batches },
  { order: 'reverse order', arrange: <T>(batches: T[]) => batches.toReversed() },
])(
  '10,251 organizations in batches at once, in $order: 10,249 created and 2 existing',
  async ({ arrange }) => {
    const { get, post, clock, emulator } = await bench({ job: { duration: { perRow: 1 } } });
    const rows = universities();
    const batches = Array.from({ length: Math.ceil(rows.length / 1000) }, (_, n) =>
      rows.slice(n * 1000, (n + 1) * 1000),
    );
    const options = { dedupe_by: 'primary_domain' };
    const launched = await Promise.all(
      arrange(batches).map((objects) => post(`${root}/organization/import`, { objects, options })),
    );
    expect(launched.map(({ status }) => status)).toEqual(Array(11).fill(202));
    clock.now = start + 1000;
    const totals: Record<string, number> = {};
    const ids = new Set<unknown>();
    for (const { body } of launched) {
      const job = (await get(`${root}/imports/${String(body['job_id'])}`)).body;
      expect(job['status']).toBe('complete');
      for (const result of job['results'] as RowResult[]) {
        ids.add(result.id);
        totals[rowOutcome(result)] = (totals[rowOutcome(result)] ?? 0) + 1;
      }
    }
    expect(totals).toEqual({ created: 10_249, existing: 2 });
    expect(ids.size).toBe(10_249);
    expect(emulator.controller.counts().organization).toBe(10_249);
    expect(await emulator.controller.jobs()).toHaveLength(11);
  },
);
