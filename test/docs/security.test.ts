import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  continuedInputLimits,
  endSignalLimits,
  inputLimits,
  maxNesting,
  maxSignals,
  messageLimits,
} from '../../src/core/message-limits';
import { maxSubscribers } from '../../src/core/tracker/subscribers';
import { pollNowFloorMs } from '../../src/core/tracker/schedule';
import { maxPipelineIdBytes, maxWorkflowIdBytes } from '../../src/core/workflow-id-limits';
import { answerLimits } from '../../src/prism/answer-limits';
import { maxBatchBytes } from '../../src/sources/batch-planner';
import { rowLimits } from '../../src/sources/rows/row-limits';
import { unpackedLimits } from '../../src/sources/text/gunzip';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'security.md'), 'utf8');

const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
const bytes = (count: number): string => {
  for (const [unit, size] of [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const)
    if (count >= size) return `${count / size} ${unit}`;
  return `${count} bytes`;
};
const message = (limits: { bytes: number; values: number }) =>
  `${bytes(limits.bytes)}, ${grouped(limits.values)} values`;

const limits = {
  'the input of a workflow': message(inputLimits),
  'the input of a run that continues another': message(continuedInputLimits),
  'a signal or an update': message(messageLimits),
  'the outcome signalled to a pipeline': message(endSignalLimits),
  'levels of a message': `${maxNesting}`,
  'signals of a run': maxSignals.toLocaleString('en'),
  'subscribers of a tracker': `${maxSubscribers}`,
  'the time between requested polls': `at least ${pollNowFloorMs / 1000} s`,
  'a workflow id': `${maxWorkflowIdBytes} bytes; of a pipeline ${maxPipelineIdBytes}`,
  'a row of a file': `${bytes(rowLimits.rowBytes)}, ${grouped(rowLimits.values)} values, ${rowLimits.depth} levels`,
  'a batch': `${bytes(maxBatchBytes)} of the file`,
  'a packed file, unpacked': `${bytes(unpackedLimits.bytes)}, ${unpackedLimits.ratio} times its size`,
  'levels of an answer': `${answerLimits.depth}`,
  'members of an object of an answer': grouped(answerLimits.keys),
  'members of a result, and of all besides the results': grouped(answerLimits.members),
  'a result, and all besides the results': `${bytes(answerLimits.resultBytes)}, ${bytes(answerLimits.restBytes)}`,
  'an answer, unpacked': `${answerLimits.ratio} times its size beyond ${bytes(answerLimits.freeBytes)}`,
  'an error answer': bytes(answerLimits.errorBytes),
  'a refusal of rows (400, 422)': message({
    bytes: answerLimits.refusalBytes,
    values: answerLimits.errorValues,
  }),
};

test('docs/security.md states the limits that hold', () => {
  const section = page.split(/^## /m).find((each) => each.startsWith('Limits')) ?? '';
  const rows = [...section.matchAll(/^\| (.+?) *\| (.+?) *\|$/gm)].slice(2);
  expect(rows.map(([, what, most]) => [what, most])).toEqual(Object.entries(limits));
});

test('docs/security.md names a test for each of those who may do harm', () => {
  const section = page.split(/^## /m).find((each) => each.startsWith('Who')) ?? '';
  const items = section.split(/^- /m).slice(1);
  expect(items.length).toBeGreaterThan(15);
  for (const item of items)
    expect(item.replace(/\s+/g, ' ').trim()).toMatch(
      /^\*\*.+\*\*.+ Tests: `test\/[\w./-]+\.test\.ts`(?:, `test\/[\w./-]+\.test\.ts`)*$/,
    );
});
