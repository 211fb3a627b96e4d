import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { examples, examplesFile } from '../schemas/support/examples';
import { javaProject } from './support/java';
import { pythonWith } from './support/python';

const run = promisify(execFile);
const schemas = join(__dirname, '..', '..', 'schemas');
const programs = join(__dirname, 'json-schemas');

/** What every validator must say, by schema. */
const expected = Object.fromEntries(
  Object.entries(examples).map(([name, ofSchema]) => [name, ofSchema.map(({ accepted }) => accepted)]),
);

/** The verdicts by name of the example, so that a difference shows which it is. */
const named = (verdicts: Record<string, boolean[]>) =>
  Object.entries(examples).map(([name, ofSchema]) =>
    ofSchema.map((each, index) => `${name}: ${each.name}: ${verdicts[name]?.[index]}`),
  );

test('a validator in Python compiles every schema and judges the examples as the code does', async () => {
  const python = await pythonWith(join(programs, 'requirements.txt'));
  const { stdout } = await run(python, [join(programs, 'validate.py'), schemas, examplesFile]);
  expect(named(JSON.parse(stdout) as typeof expected)).toEqual(named(expected));
});

test('a validator in Go, whose regular expressions are RE2, does the same', async () => {
  const { stdout } = await run('go', ['run', '.', schemas, examplesFile], {
    cwd: join(programs, 'go'),
    timeout: 300_000,
  });
  expect(named(JSON.parse(stdout) as typeof expected)).toEqual(named(expected));
});

test('a validator in Java, with the regular expressions of its library, does the same', async () => {
  const java = await javaProject(join(programs, 'java'));
  const stdout = await java.run(join(programs, 'java', 'Validate.java'), [schemas, examplesFile]);
  expect(named(JSON.parse(stdout) as typeof expected)).toEqual(named(expected));
});
