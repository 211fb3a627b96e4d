import { partHeaderSchema, type PartHeader } from './batch-part';
import type { ImportReport, ReportedImport, RowTotals } from '../core/pipeline/report';
import { csvLine, csvReportLine, reportColumns, reportLineSchema, type ReportLine } from './report-line';
import { noRows, sumTotals } from '../core/pipeline/row-totals';
import type { WriteReportInput } from '../core/pipeline/settle-batch';
import { partUri } from './settle-rows';
import { storedLines } from './stored-lines';
import type { BatchReader, PinnedSource } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';

/** Largest list of imports that the workflow's result carries, in bytes of JSON; more are in the summary alone. */
const inlineImportsBytes = 256 * 1024;

const lineFeed = 0x0a;

/**
 * Writes the report of a pipeline whose batches are all settled: one pass over the parts for each file, holding one
 * batch at a time.
 */
export class Report {
  private totals: RowTotals = noRows();
  private imports: ReportedImport[] = [];

  constructor(
    private readonly store: ObjectStore,
    private readonly batches: BatchReader,
    private readonly folder: string,
    private readonly input: WriteReportInput,
    private readonly stopIfCancelled: () => void,
  ) {}

  /** Writes all files, replacing what an earlier try has left. */
  async write(): Promise<ImportReport> {
    const source = await this.batches.source(this.input.plan);
    const { format } = source.source;
    const { uri: reportNdjsonUri } = await this.store.write(this.name('report.ndjson'), this.ndjson());
    const { uri: reportUri } = await this.store.write(this.name('report.csv'), this.csv());
    const failedRowsUri =
      this.totals.failed === 0
        ? null
        : (await this.store.write(this.name(`failed-rows.${format}`), this.failedRows(source))).uri;
    const { warnings } = this.input;
    const uris = { reportUri, reportNdjsonUri, failedRowsUri };
    const { uri: summaryUri } = await this.store.write(this.name('summary.json'), this.summary(source, uris));
    const importsOmitted = Buffer.byteLength(JSON.stringify(this.imports)) > inlineImportsBytes;
    return {
      totals: this.totals,
      imports: importsOmitted ? [] : this.imports,
      importsOmitted,
      importsByStatus: countByStatus(this.imports),
      ...uris,
      summaryUri,
      warnings,
    };
  }

  private readonly name = (file: string): string => `${this.folder}/${file}`;

  /** The lines of the report as they lie in the parts; takes in totals and imports on the way. */
  private async *ndjson(): AsyncGenerator<string> {
    [this.totals, this.imports] = [noRows(), []];
    for await (const { header, lines } of this.parts()) {
      this.totals = sumTotals([this.totals, header.totals]);
      this.imports.push(...header.imports);
      yield lines.map((line) => `${line}\n`).join('');
    }
  }

  private async *csv(): AsyncGenerator<string> {
    yield csvLine(reportColumns);
    for await (const { lines } of this.parts()) {
      yield lines.map((line) => csvReportLine(lineOf(line))).join('');
    }
  }

  private async *failedRows({ source, columns }: PinnedSource): AsyncGenerator<string | Uint8Array> {
    if (columns.length > 0) yield csvLine(columns, source.delimiter);
    for await (const { batch, header, lines } of this.parts()) {
      if (header.totals.failed === 0) continue;
      const failed = new Set(
        lines.map(lineOf).flatMap(({ row, outcome }) => (outcome === 'failed' ? row : [])),
      );
      for await (const { rowNumber, raw } of this.batches.read(this.input.plan, batch)) {
        if (!failed.has(rowNumber)) continue;
        yield raw;
        if (raw.at(-1) !== lineFeed) yield '\n'; // the last line of a file may lack it
      }
    }
  }

  private *summary(
    { source, bytes, sha256 }: PinnedSource,
    uris: Pick<ImportReport, 'reportUri' | 'reportNdjsonUri' | 'failedRowsUri'>,
  ): Generator<string> {
    const { uri, format } = source;
    const { warnings } = this.input;
    const facts = { totals: this.totals, source: { uri, format, bytes, sha256 }, warnings, ...uris };
    yield `${JSON.stringify(facts).slice(0, -1)},"imports":[`;
    for (const [index, each] of this.imports.entries())
      yield `${index === 0 ? '' : ','}\n${JSON.stringify(each)}`;
    yield '\n]}\n';
  }

  private async *parts(): AsyncGenerator<{ batch: number; header: PartHeader; lines: string[] }> {
    const { plan } = this.input;
    for (let batch = 1; batch <= plan.batches; batch++) {
      this.stopIfCancelled();
      const lines: string[] = [];
      for await (const line of storedLines(this.store, partUri(plan, batch))) lines.push(line);
      const header = partHeaderSchema.parse(JSON.parse(lines.shift() ?? 'null'));
      yield { batch, header, lines };
    }
  }
}

function countByStatus(imports: readonly ReportedImport[]): ImportReport['importsByStatus'] {
  const counts: ImportReport['importsByStatus'] = {};
  for (const { status } of imports) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const lineOf = (text: string): ReportLine => reportLineSchema.parse(JSON.parse(text));
