import type { RowResult } from '../src/prism/contract';
import { benches, root, start } from './support/client';

const bench = benches();

/** 10,251 rows; the last of two batches repeat the domain of a row in another batch. */
const rows = Array.from({ length: 10_251 }, (_, index) => {
  const repeated = index === 3999 || index === 7999;
  return { default: { name: `Org ${index}`, primary_domain: `o${repeated ? index - 2500 : index}.example` } };
});

test.each([
  { order: 'file order', arrange: <T>(batches: T[]) => batches },
  { order: 'reverse order', arrange: <T>(batches: T[]) => batches.toReversed() },
])(
  '10,251 organizations in batches at once, in $order: 10,249 created and 2 existing',
  async ({ arrange }) => {
    const { get, post, clock, emulator } = await bench({ job: { duration: { perRow: 1 } } });
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
        const outcome = result.created === true ? 'created' : result.existing === true ? 'existing' : 'other';
        totals[outcome] = (totals[outcome] ?? 0) + 1;
      }
    }
    expect(totals).toEqual({ created: 10_249, existing: 2 });
    expect(ids.size).toBe(10_249);
    expect(emulator.controller.counts().organization).toBe(10_249);
    expect(await emulator.controller.jobs()).toHaveLength(11);
  },
);
