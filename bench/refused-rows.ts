/**
 * How many requests it takes to import a batch some rows of which the API refuses, with and without their names. Run by
 * `npm run bench:refused-rows`; behind docs/importing/rows.md. Workers, Temporal's development server and an emulator
 * that refuses by content are all real.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { startPrismEmulator } from 'prism-emulator';
import type { ImportReport } from '../src/core/pipeline/report';
import { createPrismClient } from '../src/prism/client';
import { createFileStore } from '../src/storage/file-store';
import { createWorkerPair } from '../src/worker-pair';
import { startDevServer, workflowBundle } from '../test/support/temporal';

const help = `npm run bench:refused-rows -- [--rows N] [--seed N]

  --rows N  rows of the batch (1000)
  --seed N  of the places of refused rows (1)
`;

const counts = [1, 5, 50];
const namings = [
  { what: 'all named', named: 'path', most: 1_000_000 },
  { what: 'named one at a time', named: 'message', most: 1 },
  { what: 'not named', named: 'none', most: 1 },
] as const;

export async function main(parameters: string[]): Promise<void> {
  const options = {
    rows: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ args: parameters, options });
  if (values.help) return void process.stdout.write(help);
  const env = await startDevServer();
  const folder = await mkdtemp(join(tmpdir(), 'bench-refused-'));
  try {
    process.stdout.write('refused rows  the API         requests  created  failed  refused together\n');
    for (const refused of counts) {
      for (const { what, named, most } of namings) {
        const places = drawn(refused, Number(values.rows), Number(values.seed));
        const { requests, report } = await importOnce(env, folder, {
          rows: Number(values.rows),
          places,
          named,
          most,
        });
        const { created, failed } = report.totals;
        const figures = [requests, created, failed, report.refusedTogether ?? 0];
        process.stdout.write(
          `${String(refused).padStart(12)}  ${what.padEnd(20)}${figures.map((n) => String(n).padStart(8)).join('')}\n`,
        );
      }
    }
  } finally {
    await env.teardown();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Draws rows at random; the same seed gives the same rows. */
function drawn(count: number, rows: number, seed: number): Set<number> {
  const places = new Set<number>();
  let state = seed;
  while (places.size < count) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    places.add((state >>> 8) % rows);
  }
  return places;
}

type Environment = Awaited<ReturnType<typeof startDevServer>>;

async function importOnce(
  env: Environment,
  folder: string,
  {
    rows,
    places,
    named,
    most,
  }: { rows: number; places: Set<number>; named: 'path' | 'message' | 'none'; most: number },
): Promise<{ requests: number; report: ImportReport }> {
  const emulator = await startPrismEmulator({ job: { duration: '100ms' } });
  emulator.controller.addRule({ refuse: { rows: { property: 'name', equals: 'Bad' }, named, most } });
  const taskQueue = `refused-${named}-${places.size}`;
  const file = join(folder, `${taskQueue}.csv`);
  const lines = Array.from(
    { length: rows },
    (_, row) => `${places.has(row) ? 'Bad' : 'Org'},o${row}.example`,
  );
  await writeFile(file, ['name,primary_domain', ...lines, ''].join('\n'));
  const pair = await createWorkerPair({
    connection: env.nativeConnection,
    namespace: env.namespace,
    taskQueue,
    workflowBundle: workflowBundle(),
    api: createPrismClient({ baseUrl: emulator.baseUrl, apiKey: 'bench-key', requestsPerSecond: 100 }),
    store: createFileStore(join(folder, 'store')),
    sources: [{ directory: folder }],
  });
  const running = pair.run();
  try {
    const handle = await env.client.workflow.start('importRecords', {
      taskQueue,
      workflowId: taskQueue,
      args: [
        {
          teamId: 'bench',
          objectType: 'organization',
          source: { uri: pathToFileURL(file).href, format: 'csv' },
          batchSize: rows,
          polling: { initialInterval: '100ms', maximumInterval: '200ms' },
        },
      ],
    });
    const report = (await handle.result()) as ImportReport;
    return { requests: emulator.controller.requests({ operation: 'import' }).length, report };
  } finally {
    pair.stop();
    await running;
    await emulator.close();
  }
}
