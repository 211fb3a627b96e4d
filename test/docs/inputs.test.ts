import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importRecordsInputSchema } from '../../src/core/pipeline/input';
import { trackImportInputSchema } from '../../src/core/tracker/input';
import { checkInput } from '../../src/core/validation';

test.each([
  ['tracking.md', trackImportInputSchema],
  ['importing.md', importRecordsInputSchema],
] as const)('the input shown in docs/%s is accepted', (file, schema) => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', file), 'utf8');
  const [, text = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  expect(checkInput(schema, JSON.parse(text))).toMatchObject({ ok: true });
});
