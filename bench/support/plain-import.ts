import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse';
import type { ImportJob } from '../../src/core/api/import-job';

/** The input of a plain import. */
export interface PlainImport {
  baseUrl: string;
  teamId: string;
  file: string;
  reportFile: string;
  batchSize: number;
  concurrency: number;
  onProgress: (rows: number) => void;
}

const pollMs = 1000;

/**
 * The import that a team writes in an afternoon, without Temporal: reads the file, posts several batches at a time,
 * polls every second, and writes a line for each row. Nothing survives a crash. Returns how many rows were created.
 */
export async function plainImport(options: PlainImport): Promise<number> {
  const report = createWriteStream(options.reportFile);
  const batches = batchesOf(options);
  let [created, done] = [0, 0];
  const lane = async () => {
    for (;;) {
      const { value: rows, done: isOver } = await batches.next();
      if (isOver === true) return;
      const job = await importBatch(options, rows);
      const lines = (job.results ?? []).map((result) => `${JSON.stringify(result)}\n`);
      created += (job.results ?? []).filter((result) => result.created === true).length;
      if (!report.write(lines.join(''))) await once(report, 'drain');
      done += rows.length;
      options.onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, lane));
  report.end();
  await once(report, 'finish');
  return created;
}

async function* batchesOf({ file, batchSize }: PlainImport): AsyncGenerator<object[], undefined> {
  let rows: object[] = [];
  for await (const row of createReadStream(file).pipe(parse({ columns: true })) as AsyncIterable<object>) {
    rows.push({ default: row });
    if (rows.length < batchSize) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

async function importBatch({ baseUrl, teamId }: PlainImport, objects: object[]): Promise<ImportJob> {
  const root = `${baseUrl}/v2/prism/${teamId}`;
  const headers = { 'x-api-key': 'bench', 'content-type': 'application/json' };
  const body = JSON.stringify({ objects, options: { dedupe_by: 'primary_domain' } });
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(root + path, { ...init, headers });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
    return (await response.json()) as ImportJob;
  };
  let job = await ask('/organization/import', { method: 'POST', body });
  while (job.status === 'processing') {
    await sleep(pollMs);
    job = await ask(`/imports/${job.job_id}`);
  }
  return job;
}
