import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PlanRef } from '../../../src/core/pipeline/plan';
import type { Source } from '../../../src/core/pipeline/source';
import { createBatchReader } from '../../../src/sources/batch-reader';
import { createPlanSource } from '../../../src/sources/plan-source';
import { createFileStore } from '../../../src/storage/file-store';
import { TemporaryFiles } from '../../support/temporary-files';
import type { BatchReader, BatchRef, PinnedSource, SourceRow } from '../../../src/ports/batch-reader';
import type { ObjectStore } from '../../../src/ports/object-store';
import { sourceOpener } from '../../support/sources';

/** How to plan; defaults: batches of 1000 rows, the usual blocks, a store in the rig's folder. */
export interface PlanWith {
  batchSize?: number;
  blockBytes?: number;
  store?: ObjectStore;
  s3Endpoint?: string;
  dedupeBy?: string;
  isOwnFile?: boolean;
  onProgress?: (bytes: number) => void;
}

/** A plan, and the reader for its batches. */
export interface Planned {
  plan: PlanRef;
  warnings: string[];
  findings?: string[] | undefined;
  reader: BatchReader;
  /** The batches as the plan's lines have them. */
  batches: BatchRef[];
}

/** Sources in a folder, and a store in the same folder. */
export class RecordRig extends TemporaryFiles {
  readonly store = createFileStore(fileURLToPath(this.uri('store')));

  async plan(source: Source, options: PlanWith = {}): Promise<Planned> {
    const { batchSize = 1000, onProgress, store = this.store, blockBytes, s3Endpoint, ...asked } = options;
    const ports = {
      store,
      opener: sourceOpener(s3Endpoint),
      ...(blockBytes !== undefined && { blockBytes }),
    };
    const planSource = createPlanSource(ports);
    const folder = 'pipelines/test';
    const planned = await planSource(source, {
      batchSize,
      folder,
      ...asked,
      ...(onProgress && { onProgress }),
    });
    const [, ...lines] = readFileSync(fileURLToPath(planned.plan.uri), 'utf8').trimEnd().split('\n');
    const batches = lines.map((line) => JSON.parse(line) as BatchRef);
    return { ...planned, reader: createBatchReader(ports), batches };
  }

  /** The same plan as 0.1.0 would have written it, which said nothing of limits and form. */
  async planWithoutLimits({ uri, ...plan }: PlanRef): Promise<Pick<Planned, 'plan' | 'reader'>> {
    const [header = '', ...lines] = readFileSync(fileURLToPath(uri), 'utf8').split('\n');
    const pinned = JSON.parse(header) as Partial<PinnedSource>;
    delete pinned.limits;
    delete pinned.form;
    const old = `${JSON.stringify(pinned)}\n`;
    const stored = await this.store.write('pipelines/old/plan.jsonl', [old, lines.join('\n')]);
    const reader = createBatchReader({ store: this.store, opener: sourceOpener() });
    return { plan: { ...plan, ...stored, headerBytes: Buffer.byteLength(old) }, reader };
  }

  /** What planning is refused with, or null. */
  async problemOf(source: Source, options: PlanWith = {}): Promise<unknown> {
    return this.plan(source, options).then(
      () => null,
      (error: unknown) => error,
    );
  }

  /** All rows of a source, by its plan. */
  async rowsOf(source: Source, options: PlanWith = {}): Promise<SourceRow[]> {
    return readAll(await this.plan(source, options));
  }

  /** What each row says: its line with its properties, or with what is wrong with it. */
  async read(source: Source, options: PlanWith = { batchSize: 2 }): Promise<unknown[]> {
    const rows = await this.rowsOf(source, options);
    return rows.map((row) =>
      'row' in row
        ? { line: row.line, ...row.row.read().default }
        : { line: row.line, malformed: row.malformed },
    );
  }

  csv(content: string | Uint8Array, rest: Partial<Source> = {}): Source {
    return { uri: this.write('input.csv', content), format: 'csv', ...rest };
  }
}

/** The rows of all batches in order. */
export async function readAll({ plan, reader, batches }: Planned): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for (const { batch, rows: expected } of batches) {
    const before = rows.length;
    for await (const row of reader.read(plan, batch)) rows.push(row);
    expect(rows.length - before).toBe(expected);
  }
  expect(rows).toHaveLength(plan.rows);
  return rows;
}

/** What a row says, for comparisons: its properties, or what is wrong with it. */
export const contentOf = (row: SourceRow): unknown => ('row' in row ? row.row.read().default : row.malformed);

/** The CSV of universities that comes with the project. */
export const universities = pathToFileURL(`${__dirname}/../../../data/universities.csv`).href;
