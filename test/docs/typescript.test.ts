import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsByName } from './support/compile-examples';

const root = join(__dirname, '..', '..');

/** What surrounds an example on its page, as declarations. */
const surroundings = `
import { executeChild } from '@temporalio/workflow';
import type { Controller } from 'prism-imports/testing';
declare const teamId: string, jobId: string, submittedAt: string;
declare function runMyPipeline(connection: { baseUrl: string; apiKey: string }): Promise<void>;
`;
/** Pages whose examples go on with what an earlier one has made. */
const controllerOfBefore = 'declare const controller: Controller;';

/** The pages, with what else surrounds the examples of one. */
const pages = {
  'README.md': '',
  'docs/emulator.md': '',
  'docs/emulator/faults.md': '',
  'docs/nexus.md': '',
  'docs/plugin.md': "declare const connection: import('@temporalio/worker').NativeConnection;",
};

const examples = Object.entries(pages).flatMap(([page, around]) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
    ([, code = ''], index) => {
      const makesOne = /\bcontroller\b.*=/.test(code);
      return {
        name: `${page}, example ${index + 1}`,
        page,
        text: `${surroundings}${around}${makesOne ? '' : controllerOfBefore}\n${code}\nexport {};\n`,
      };
    },
  ),
);
const wrong = { name: 'wrong', text: `${surroundings}${controllerOfBefore}\ncontroller.leap('2h');\n` };

let errors = new Map<string, string[]>();
beforeAll(() => {
  errors = errorsByName([...examples, wrong]);
});

test.each(examples)('$name is correct TypeScript', ({ name }) => {
  expect(errors.get(name)).toEqual([]);
});

test('there are examples on every page, and one that calls what is not there would be seen', () => {
  expect(new Set(examples.map(({ page }) => page))).toEqual(new Set(Object.keys(pages)));
  expect(errors.get('wrong')?.join()).toContain('leap');
});
