import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importRecordsInputSchema } from '../../src/domain/import-records';
import { trackImportInputSchema } from '../../src/domain/tracking-input';
import { checkInput } from '../../src/domain/validation';

test.each([
  ['tracking.md', trackImportInputSchema],
  ['importing.md', importRecordsInputSchema],
] as const)('the input shown in docs/%s is accepted', (file, schema) => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', file), 'utf8');
  const [, text = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  expect(checkInput(schema, JSON.parse(text))).toMatchObject({ ok: true });
});
