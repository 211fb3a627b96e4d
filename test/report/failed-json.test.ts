import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from '../support/properties';
import { notStarted } from '../../src/core/pipeline/batch-import-end';
import type { Source } from '../../src/core/pipeline/source';
import { settleRows } from '../../src/report/settle-rows';
import { Report } from '../../src/report/write-report';
import { contentOf, readAll, RecordRig } from '../sources/support/planned';
import { fuzzRuns, fuzzSeed } from '../support/fuzz-runs';

const rig = new RecordRig();
afterAll(() => rig.remove());

/** What the rows of a JSON text say, and the file of them when all have failed. */
async function failedRowsOf(content: string | Buffer): Promise<{ rows: unknown[]; file: Buffer }> {
  const source: Source = { uri: rig.write('rows.json', content), format: 'json' };
  const planned = await rig.plan(source, { batchSize: 3 });
  const rows = (await readAll(planned)).map(contentOf);
  const { plan, reader, batches } = planned;
  const folder = 'pipelines/test';
  for (const { batch } of batches) {
    const end = { ...notStarted('no', 'failed'), range: null };
    const input = { plan, launchKey: 'test', batch, imports: [end] };
    await settleRows(rig.store, reader, folder, input, (_bytes, task) => task());
  }
  const input = { plan, launchKey: 'test', warnings: [] };
  const { failedRowsUri } = await new Report(rig.store, reader, folder, input, () => undefined).write();
  return { rows, file: readFileSync(fileURLToPath(failedRowsUri ?? '')) };
}

test('the failed rows of a JSON text are a list, a row a line', async () => {
  const { file } = await failedRowsOf('[{"id":\n9007199254740993}, [{"a":1}],\n7]');
  expect(file.toString()).toBe('[\n{"id": 9007199254740993},\n[{"a":1}],\n7\n]\n');
  expect((await failedRowsOf('{"a":1}')).file.toString()).toBe('[\n{"a":1}\n]\n');
});

const element = fc.constantFrom(
  ...['{"a":1.0}', '{"a":[{"b":1}]}', '[{"a":1}]', '{"a":1,"a":2}', '{"a":"\\ud800"}', '{"a":01}'],
  ...[
    '1e400',
    'null',
    '"]"',
    'nonsense',
    '{"a":"x\ny"}',
    '{"a"\n:\n1}',
    '{"a":1,}',
    `{"a":"${'x'.repeat(2 ** 20)}"}`,
  ],
);

test('imported again, they say the same, and make the same file', async () => {
  const seed = fuzzSeed();
  await fc.assert(
    fc.asyncProperty(fc.array(element, { minLength: 1, maxLength: 8 }), async (elements) => {
      const first = await failedRowsOf(`[${elements.join(',')}]`);
      expect(first.rows).toHaveLength(elements.length);
      const again = await failedRowsOf(first.file);
      expect(again.rows).toEqual(first.rows);
      expect(again.file.equals(first.file)).toBe(true);
    }),
    { numRuns: fuzzRuns(40), ...(seed !== undefined && { seed }) },
  );
});
