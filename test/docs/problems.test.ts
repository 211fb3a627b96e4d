import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureAdvice, problemAdvice } from '../../src/core/details/advice';
import { failureTypes } from '../../src/core/failures';
import { rowOutcomes } from '../../src/core/api/import-job';
import { batchImportStatuses } from '../../src/core/pipeline/report';
import { evidences, problemCodes } from '../../src/core/tracker/outcome';
import { endStatuses, endStatusNames } from '../../src/core/tracker/end-statuses';
import { pollReasons } from '../../src/core/details/summaries';

const docs = join(__dirname, '..', '..', 'docs');
const problems = readFileSync(join(docs, 'problems.md'), 'utf8');
const inspecting = readFileSync(join(docs, 'inspecting.md'), 'utf8');

/** What the item of this name, in the section with this heading, says of it, and what follows from it. */
function entryOf(heading: string, name: string): { meaning: string; rest: string } {
  const section = problems.split(/^## /m).find((each) => each.startsWith(heading)) ?? '';
  const item = section.split(/^- /m).find((each) => each.startsWith(`\`${name}\`: `)) ?? '';
  const [, meaning = '', rest = ''] =
    /^`\w+`: (.+?) - (?:What to do|Its rows): (.+)$/.exec(
      item.split('\n\n')[0]?.replace(/\s+/g, ' ').trim() ?? '',
    ) ?? [];
  return { meaning, rest };
}

test.each([
  ...endStatusNames.map((status) => ['How a tracker ends', status, endStatuses[status].advice] as const),
  ...problemCodes.map((code) => ['Problems of a running tracker', code, problemAdvice[code]] as const),
  ...failureTypes.map((type) => ['Failures', type, failureAdvice[type]] as const),
])('docs/problems.md, "%s", gives for %s the advice of the details', (heading, name, advice) => {
  expect(entryOf(heading, name).rest).toBe(advice);
});

test.each([
  ...evidences.map((evidence) => ['Why an import counts as expired', evidence] as const),
  ...batchImportStatuses.map((status) => ['How an import of a pipeline ends', status] as const),
])('docs/problems.md, "%s", explains %s', (heading, name) => {
  const { meaning, rest } = entryOf(heading, name);
  expect(meaning.length).toBeGreaterThan(20);
  expect(rest.length).toBeGreaterThan(5);
});

test('docs/problems.md names every outcome of a row', () => {
  for (const outcome of rowOutcomes) expect(problems).toContain(`\`${outcome}\``);
});

test.each(Object.entries(pollReasons))(
  'docs/inspecting.md explains the reason %s of a poll',
  (_reason, text) => {
    expect(inspecting).toContain(`\n- ${text}: `);
  },
);
