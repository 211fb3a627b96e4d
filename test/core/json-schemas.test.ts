import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { durationPattern } from '../../src/core/duration';
import { inputSchemas } from '../../src/entries/json-schemas';

test.each(Object.entries(inputSchemas()))('schemas/%s is what the code checks', (name, schema) => {
  const file = join(__dirname, '..', '..', 'schemas', `${name}.schema.json`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});

test('the schema of a tracker shows the form of durations and hides what is internal', () => {
  const text = JSON.stringify(inputSchemas()['track-import-input']);
  expect(text).toContain(JSON.stringify(durationPattern));
  expect(text).not.toContain('carried');
});
