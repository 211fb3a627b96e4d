import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoSite } from '../dev/demo';
import { shellWord } from '../temporal/shell-word';

const typescriptExample = join(__dirname, '..', '..', 'examples', 'typescript');

/**
 * What to try after the demonstration, as lines to print. Each command works unchanged in a second terminal.
 * @param workflowId - the pipeline that has imported the file
 */
export function whatNext(site: DemoSite, workflowId: string): string[] {
  const { temporal, programs, folder } = site;
  const ours = shellWord(programs.prismImports);
  const theirs = `${shellWord(programs.temporal)} workflow`;
  const pipeline = shellWord(workflowId);
  return [
    `Temporal UI: ${temporal.uiUrl}/namespaces/${temporal.namespace}/workflows`,
    '',
    'What to try next, in a second terminal. Copy and paste any line.',
    ...part(
      'To call `prism-imports` and `temporal` by name, as the lines that they print do:',
      `export PATH=${shellWord(folder)}:"$PATH"`,
    ),
    ...part(
      'List the imports, describe the pipeline behind them, and print the result of each row:',
      `${ours} list`,
      `${ours} describe ${pipeline}`,
      `${ours} results ${pipeline} --with-columns`,
    ),
    ...part(
      "Do the same with Temporal's own CLI:",
      `${theirs} list --query "PrismImportStatus='complete'"`,
      `${theirs} query --workflow-id ${shellWord(`${workflowId}/batch-0001`)} --type status`,
      `${theirs} result --workflow-id ${pipeline}`,
    ),
    ...part('Import another file, such as your own; this one has two rows:', ...anotherFile(folder, ours)),
    ...callerExample(site),
    ...part(
      'Kill the worker while an import is running: it restarts, and no import is lost.',
      `kill -9 ${site.workerPid()}`,
    ),
  ];
}

const part = (title: string, ...commands: string[]): string[] => [
  '',
  title,
  ...commands.map((command) => `  ${command}`),
];

function anotherFile(folder: string, ours: string): string[] {
  const file = shellWord(join(folder, 'companies.csv'));
  return [
    `printf 'name,primary_domain\\nAcme,acme.test\\nZenith,zenith.test\\n' > ${file}`,
    `${ours} import ${file} --object-type organization --dedupe-by primary_domain`,
  ];
}

/** Empty if the examples are not installed. */
function callerExample({ temporal, emulator }: DemoSite): string[] {
  if (!existsSync(typescriptExample)) return [];
  const npm = `npm --prefix ${shellWord(typescriptExample)}`;
  return part(
    'Run a TypeScript workflow that awaits an import as a child workflow:',
    `${npm} install`,
    `${npm} start -- --address ${temporal.address} --base-url ${emulator.baseUrl}`,
  );
}
