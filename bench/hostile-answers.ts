/**
 * Measures how the client handles responses made to harm it: how long they block everything else, and how much memory
 * they take. Run by `npm run bench:hostile-answers`.
 */
import { readAnswer } from './support/answer-reader';
import { answerCases, runAnswerCases, type AnswerRun } from './support/hostile-answers';

const help = `Usage: npm run bench:hostile-answers -- [options]

  --json  print the numbers as one JSON object
  --help  print this

Each answer comes over HTTP, is read by the product's client in a process of its own, and may take 256 MB.
`;

export async function main(parameters: string[]): Promise<void> {
  const [command, task] = parameters;
  if (command === 'read') return readAnswer(JSON.parse(task ?? '') as { port: number; name: string });
  if (parameters.includes('--help')) {
    process.stdout.write(help);
    return;
  }
  const runs = await runAnswerCases(answerCases);
  process.stdout.write(
    parameters.includes('--json') ? `${JSON.stringify({ answers: runs })}\n` : textOf(runs),
  );
}

function textOf(runs: readonly AnswerRun[]): string {
  const cells = [
    ['answer', 'packed bytes', 'ms', 'longest stall, ms', 'memory, MB', 'end'],
    ...runs.map(({ name, bytes, ms, stallMs, peakMb, end }) => [
      name,
      ...[bytes, ms, stallMs, peakMb].map((value) => value.toFixed(0)),
      end === 'read' ? end : 'refused',
    ]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  return cells
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
