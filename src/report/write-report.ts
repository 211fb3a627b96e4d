import { createHash } from 'node:crypto';
import { brokenRows, noteFailedRow, type FailedRowsFacts } from './broken-rows';
import type { ImportReport, ReportedImport, RowTotals } from '../core/pipeline/report';
import { failedRows } from './failed-rows';
import { asJsonList } from './json-list';
import { csvLine, csvReportLine, reportColumns } from './report-line';
import { lineOf, ReportParts, type ReportedRow } from './report-parts';
import { csvResults, ndjsonResults } from './results-file';
import { noRows, sumTotals } from '../core/pipeline/row-totals';
import type { UnsentBatches, WriteReportInput } from '../core/pipeline/settle-batch';
import { readSourceText, marked, type SourceText } from './source-text';
import type { BatchReader, PinnedSource } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';

/**
 * Maximum size of the list of imports in the workflow's result, in bytes of JSON. A larger one is only in the summary.
 */
const inlineImportsBytes = 256 * 1024;

type RowFileUris = Pick<ImportReport, 'resultsFileUri' | 'failedRowsUri' | 'brokenRowsUri'>;

/** The imports so far. */
interface Imports {
  /** All of them, or null if they are too large for the workflow's result. */
  inline: ReportedImport[] | null;
  inlineBytes: number;
  byStatus: ImportReport['importsByStatus'];
}

const noImports = (): Imports => ({ inline: [], inlineBytes: 2, byStatus: {} });

/**
 * Writes the report of a pipeline whose batches are all settled, in one pass over the parts per file, with one line at
 * a time in memory.
 */
export class Report {
  private totals: RowTotals = noRows();
  private imports = noImports();
  private refusedTogether = 0;
  private readonly parts: ReportParts;

  constructor(
    private readonly store: ObjectStore,
    private readonly batches: BatchReader,
    private readonly folder: string,
    private readonly input: WriteReportInput,
    stopIfCancelled: () => void,
    unsent: UnsentBatches | null = null,
  ) {
    this.parts = new ReportParts(store, batches, input.plan, stopIfCancelled, unsent);
  }

  /** Writes all files, replacing those of an earlier attempt. */
  write(): Promise<ImportReport> {
    return this.writeWith(async (source) =>
      this.rowFiles(await readSourceText(this.batches, this.input.plan, source)),
    );
  }

  /** The same without the files that contain rows of the source. */
  writeWithoutSource(): Promise<ImportReport> {
    return this.writeWith(() => Promise.resolve({ failedRowsUri: null, brokenRowsUri: null }));
  }

  private async writeWith(
    writeRowFiles: (source: PinnedSource) => Promise<RowFileUris>,
  ): Promise<ImportReport> {
    const source = await this.batches.source(this.input.plan);
    const reportNdjsonUri = await this.file('report.ndjson', this.ndjson());
    const reportUri = await this.file('report.csv', this.csv());
    const rowsUris = await writeRowFiles(source);
    const uris = { reportUri, reportNdjsonUri, ...rowsUris };
    const summaryUri = await this.file('summary.json', this.summary(source, uris));
    return {
      totals: this.totals,
      refusedTogether: this.refusedTogether,
      imports: this.imports.inline ?? [],
      importsOmitted: this.imports.inline === null,
      importsByStatus: this.imports.byStatus,
      ...uris,
      summaryUri,
      findings: source.findings ?? [],
      warnings: this.input.warnings,
    };
  }

  /**
   * Writes the files that contain rows of the source. While writing the first, it collects what the later ones need.
   */
  private async rowFiles(text: SourceText): Promise<RowFileUris> {
    const { format } = text.form;
    const facts: FailedRowsFacts = { broken: new Set(), isUnclear: text.isMarked };
    const rows = this.noting(text, facts);
    const results = format === 'csv' ? csvResults(text, rows) : ndjsonResults(text, rows);
    const resultsFileUri = await this.like(text, 'results', results, text.isMarked);
    if (this.totals.failed === 0) return { resultsFileUri, failedRowsUri: null, brokenRowsUri: null };
    const readLine = (start: number) => this.batches.line(this.input.plan, start);
    const failed = failedRows(text, this.parts.failed(), readLine);
    const failedRowsUri = await this.like(text, 'failed-rows', failed, facts.isUnclear);
    if (facts.broken.size === 0) return { resultsFileUri, failedRowsUri, brokenRowsUri: null };
    const broken = brokenRows(text, this.parts.failed(facts.broken));
    return { resultsFileUri, failedRowsUri, brokenRowsUri: await this.file('broken-rows.ndjson', broken) };
  }

  private async *noting(text: SourceText, facts: FailedRowsFacts): AsyncGenerator<ReportedRow> {
    for await (const each of this.parts.rows()) {
      if (each.line.outcome === 'failed') noteFailedRow(facts, text, each);
      yield each;
    }
  }

  /** Writes a file in the format of the source. */
  private like(
    { form: { format } }: SourceText,
    name: string,
    rows: AsyncIterable<string | Uint8Array>,
    isMarked: boolean,
  ): Promise<string> {
    const content = format === 'json' ? asJsonList(rows) : rows;
    return this.file(`${name}.${format}`, isMarked ? marked(content) : content);
  }

  private async file(name: string, chunks: AsyncIterable<string | Uint8Array>): Promise<string> {
    return (await this.store.write(`${this.folder}/${name}`, chunks)).uri;
  }

  /** Hash of the report's sources: the plan, the warnings, and the outcomes of the batches. */
  async madeFrom(): Promise<string> {
    const { plan, warnings } = this.input;
    const hash = createHash('sha256').update(JSON.stringify([plan, warnings]));
    for await (const { header } of this.parts.all()) hash.update(JSON.stringify(header));
    return hash.digest('hex');
  }

  /** The report lines as stored in the parts. Collects totals and imports on the way. */
  private async *ndjson(): AsyncGenerator<string> {
    [this.totals, this.imports, this.refusedTogether] = [noRows(), noImports(), 0];
    for await (const { header, lines } of this.parts.all()) {
      this.totals = sumTotals([this.totals, header.totals]);
      this.refusedTogether += header.refusedTogether;
      for (const each of header.imports) addImport(this.imports, each);
      for await (const line of lines) yield `${line}\n`;
    }
  }

  private async *csv(): AsyncGenerator<string> {
    yield csvLine(reportColumns);
    for await (const { lines } of this.parts.all()) {
      for await (const line of lines) yield csvReportLine(lineOf(line));
    }
  }

  private async *summary(
    { source, form, findings, leftOut, bytes, sha256 }: PinnedSource,
    uris: RowFileUris & Pick<ImportReport, 'reportUri' | 'reportNdjsonUri'>,
  ): AsyncGenerator<string> {
    const { uri } = source;
    const { warnings } = this.input;
    const facts = {
      totals: this.totals,
      refusedTogether: this.refusedTogether,
      source: { uri, ...form, bytes, sha256 },
      leftOut: {
        empty: leftOut?.empty.rows ?? 0,
        repeatedHeaders: leftOut?.repeatedHeaders.rows ?? 0,
      },
      findings,
      warnings,
      ...uris,
    };
    yield `${JSON.stringify(facts).slice(0, -1)},"imports":[`;
    let separator = '';
    for await (const each of this.imports.inline ?? this.allImports()) {
      yield `${separator}\n${JSON.stringify(each)}`;
      separator = ',';
    }
    yield '\n]}\n';
  }

  private async *allImports(): AsyncGenerator<ReportedImport> {
    for await (const { header } of this.parts.all()) for (const each of header.imports) yield each;
  }
}

function addImport(imports: Imports, each: ReportedImport): void {
  imports.byStatus[each.status] = (imports.byStatus[each.status] ?? 0) + 1;
  if (imports.inline === null) return;
  imports.inlineBytes += Buffer.byteLength(JSON.stringify(each)) + (imports.inline.length === 0 ? 0 : 1);
  if (imports.inlineBytes > inlineImportsBytes) imports.inline = null;
  else imports.inline.push(each);
}
