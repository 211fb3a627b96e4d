import { createHash } from 'node:crypto';
import type { ImportReport } from '../../../src/core/pipeline/report';
import type { PlanRef } from '../../../src/core/pipeline/plan';
import type { Source } from '../../../src/core/pipeline/source';
import type { BatchReader } from '../../../src/ports/batch-reader';
import type { ObjectStore } from '../../../src/ports/object-store';
import type { SourceOpener } from '../../../src/ports/source-opener';
import { settleRows } from '../../../src/report/settle-rows';
import { Report } from '../../../src/report/write-report';
import { createBatchReader } from '../../../src/sources/batch-reader';
import { createPlanSource } from '../../../src/sources/plan-source';

const root = 'file:///memory/';

/** A row as it was read: its JSON as it would be sent, or what is wrong with it, and its bytes. */
export interface ReadRow {
  json: string | null;
  malformed: string | null;
  raw: Buffer;
  start: number;
  /** Null when its cells cannot be told. */
  cells: number | null;
}

/** Files in memory, and what a pipeline does with one of them: plan, settle, report. */
export class MemoryFiles {
  private readonly objects = new Map<string, Buffer>();

  private readonly store: ObjectStore = {
    local: true,
    write: async (name, chunks) => {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks)
        parts.push(typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk));
      const bytes = Buffer.concat(parts);
      this.objects.set(root + name, bytes);
      return {
        uri: root + name,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      };
    },
    read: (uri, range) => Promise.resolve(this.chunks(uri, range)),
    below: () => this.store,
    list: () => {
      throw new Error('not listed here');
    },
    remove: (uri) => {
      this.objects.delete(uri);
      return Promise.resolve();
    },
  };

  private readonly opener: SourceOpener = {
    check: () => undefined,
    open: (uri) => {
      const bytes = this.bytes(uri);
      return Promise.resolve({
        size: bytes.length,
        read: (start: number, end: number) => Promise.resolve(Buffer.from(bytes.subarray(start, end))),
        isUnchanged: () => Promise.resolve(true),
        close: () => Promise.resolve(),
      });
    },
  };

  private readonly ports = { store: this.store, opener: this.opener };

  put(name: string, content: string | Uint8Array): string {
    this.objects.set(root + name, Buffer.from(content as Uint8Array));
    return root + name;
  }

  bytes(uri: string): Buffer {
    const found = this.objects.get(uri);
    if (found === undefined) throw new Error(`there is no ${uri}`);
    return found;
  }

  /** Reads all rows of a source. Throws a `SourceError` when it is refused. */
  async read(
    source: Source,
    folder = 'pipelines/read',
  ): Promise<{ plan: PlanRef; reader: BatchReader; rows: ReadRow[] }> {
    const { plan } = await createPlanSource(this.ports)(source, { batchSize: 3, folder });
    const reader = createBatchReader(this.ports);
    const rows: ReadRow[] = [];
    for (let batch = 1; batch <= plan.batches; batch++) {
      const rawRows = reader.rawRows(plan, batch)[Symbol.asyncIterator]();
      for await (const row of reader.read(plan, batch)) {
        const next = await rawRows.next();
        rows.push({
          json: 'row' in row ? row.row.json.toString('utf8') : null,
          malformed: 'row' in row ? null : row.malformed,
          raw: Buffer.from(row.raw ?? []),
          start: row.start,
          cells: next.done === true ? null : next.value.countCells(),
        });
      }
    }
    return { plan, reader, rows };
  }

  /** Reports on a source of which the API refuses the rows that are named by their position. */
  async report(
    source: Source,
    refused: (row: number) => boolean,
  ): Promise<{ rows: ReadRow[]; report: ImportReport }> {
    const folder = 'pipelines/first';
    const { plan, reader, rows } = await this.read(source, folder);
    let row = 0;
    for (let batch = 1; batch <= plan.batches; batch++) {
      const results: string[] = [];
      let index = 0;
      for await (const each of reader.read(plan, batch)) {
        row += 1;
        if (!('row' in each)) continue;
        const result = refused(row)
          ? { error: { code: 'no', message: '=no' } }
          : { id: `r${row}`, created: true };
        results.push(`${JSON.stringify({ input_index: index, ...result })}\n`);
        index += 1;
      }
      const stored = await this.store.write(`results-${batch}.ndjson`, results);
      const end = {
        jobId: 'job',
        status: 'complete',
        polls: 1,
        message: null,
        withoutResult: 'unknown',
      } as const;
      const imports = [{ ...end, range: null, resultsRef: { ...stored, rows: results.length } }];
      await settleRows(
        this.store,
        reader,
        folder,
        { plan, launchKey: 'first', batch, imports },
        (_bytes, task) => task(),
      );
    }
    const input = { plan, launchKey: 'first', warnings: [] };
    const report = await new Report(this.store, reader, folder, input, () => undefined).write();
    return { rows, report };
  }

  private async *chunks(uri: string, range?: { start: number; end: number }): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(this.bytes(uri).subarray(range?.start, range?.end));
  }
}
