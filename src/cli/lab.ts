import { Command } from 'commander';
import { loadConfig } from '../config';
import { connectClient } from '../temporal/connection';
import { trackerTraces } from '../temporal/tracker-traces';
import { wholeNumber } from './options';
import { print, printAside } from './output';
import { showProgress } from './progress';

const mostTraces = 1000;
const showEveryMs = 2000;

/** `prism-imports lab export` */
export function labCommand(): Command {
  return new Command('lab')
    .description('what polling policies would have done on the imports of this namespace')
    .addCommand(
      new Command('export')
        .description(
          'print the traces of the trackers that completed, one JSON object a line, for the polling lab',
        )
        .option('--limit <number>', 'most trackers, newest first', wholeNumber(1), mostTraces)
        .addHelpText(
          'after',
          '\nA trace holds times and counters; no id, no name and no row.\nReplay it: npm run bench:polling -- --traces FILE',
        )
        .action(exportTraces),
    );
}

async function exportTraces({ limit }: { limit: number }): Promise<void> {
  const client = await connectClient(loadConfig().temporal);
  let [read, found] = [0, 0];
  const traces = () => `${found} ${found === 1 ? 'trace' : 'traces'}`;
  // Where the traces themselves are seen, they are the progress.
  const progress = process.stdout.isTTY ? null : showProgress();
  const showing = setInterval(() => {
    progress?.update({ processed: null, total: null, text: `${traces()} in ${read} trackers so far` });
  }, showEveryMs);
  try {
    for await (const trace of trackerTraces(client, limit)) {
      read++;
      if (trace === null) continue;
      print(JSON.stringify(trace));
      found++;
    }
  } finally {
    clearInterval(showing);
    progress?.stop();
    await client.connection.close();
  }
  printAside(traces());
}
