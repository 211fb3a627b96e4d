import { createHash } from 'node:crypto';
import { partHeaderSchema, type PartHeader } from './batch-part';
import type { ImportReport, ReportedImport, RowTotals } from '../core/pipeline/report';
import { asJsonList } from './json-list';
import { csvLine, csvReportLine, reportColumns, reportLineSchema, type ReportLine } from './report-line';
import { lineEndTexts } from '../core/pipeline/source-formats';
import { noRows, sumTotals } from '../core/pipeline/row-totals';
import type { WriteReportInput } from '../core/pipeline/settle-batch';
import { partUri } from './settle-rows';
import { storedLines } from './stored-lines';
import type { BatchReader, PinnedSource } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';

/** Largest list of imports that the workflow's result carries, in bytes of JSON; more are in the summary alone. */
const inlineImportsBytes = 256 * 1024;

/** The imports so far. */
interface Imports {
  /** All of them, or null when they are too many for the workflow's result. */
  inline: ReportedImport[] | null;
  inlineBytes: number;
  byStatus: ImportReport['importsByStatus'];
}

const noImports = (): Imports => ({ inline: [], inlineBytes: 2, byStatus: {} });

/**
 * Writes the report of a pipeline whose batches are all settled: one pass over the parts for each file, holding one
 * line at a time.
 */
export class Report {
  private totals: RowTotals = noRows();
  private imports = noImports();
  private refusedTogether = 0;

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
    const { format } = source.form;
    const { uri: reportNdjsonUri } = await this.store.write(this.name('report.ndjson'), this.ndjson());
    const { uri: reportUri } = await this.store.write(this.name('report.csv'), this.csv());
    const rows = format === 'json' ? asJsonList(this.failedRows(source)) : this.failedRows(source);
    const failedRowsUri =
      this.totals.failed === 0
        ? null
        : (await this.store.write(this.name(`failed-rows.${format}`), rows)).uri;
    const { warnings } = this.input;
    const uris = { reportUri, reportNdjsonUri, failedRowsUri };
    const { uri: summaryUri } = await this.store.write(this.name('summary.json'), this.summary(source, uris));
    return {
      totals: this.totals,
      refusedTogether: this.refusedTogether,
      imports: this.imports.inline ?? [],
      importsOmitted: this.imports.inline === null,
      importsByStatus: this.imports.byStatus,
      ...uris,
      summaryUri,
      findings: source.findings ?? [],
      warnings,
    };
  }

  /** Hash of what the report is made from: the plan, the warnings, and how the batches ended. */
  async madeFrom(): Promise<string> {
    const { plan, warnings } = this.input;
    const hash = createHash('sha256').update(JSON.stringify([plan, warnings]));
    for await (const { header } of this.parts()) hash.update(JSON.stringify(header));
    return hash.digest('hex');
  }

  private readonly name = (file: string): string => `${this.folder}/${file}`;

  /** The lines of the report as they lie in the parts; takes in totals and imports on the way. */
  private async *ndjson(): AsyncGenerator<string> {
    [this.totals, this.imports, this.refusedTogether] = [noRows(), noImports(), 0];
    for await (const { header, lines } of this.parts()) {
      this.totals = sumTotals([this.totals, header.totals]);
      this.refusedTogether += header.refusedTogether;
      for (const each of header.imports) addImport(this.imports, each);
      for await (const line of lines) yield `${line}\n`;
    }
  }

  private async *csv(): AsyncGenerator<string> {
    yield csvLine(reportColumns);
    for await (const { lines } of this.parts()) {
      for await (const line of lines) yield csvReportLine(lineOf(line));
    }
  }

  private async *failedRows({ form, columns }: PinnedSource): AsyncGenerator<string | Uint8Array> {
    const lineEnd = lineEndTexts[form.lineEnd];
    if (columns.length > 0) yield csvLine(columns, form.delimiter, lineEnd);
    for await (const { batch, header, lines } of this.parts()) {
      if (header.totals.failed === 0) continue;
      const failed = new Set<number>();
      for await (const line of lines) {
        const { row, outcome } = lineOf(line);
        if (outcome === 'failed') failed.add(row);
      }
      for await (const { rowNumber, raw, start } of this.batches.read(this.input.plan, batch)) {
        if (!failed.has(rowNumber)) continue;
        let last: Uint8Array = new Uint8Array();
        for await (const piece of raw === null ? this.batches.line(this.input.plan, start) : [raw]) {
          yield piece;
          last = piece;
        }
        if (last.at(-1) !== lineEnd.charCodeAt(lineEnd.length - 1)) yield lineEnd; // a file's last line may lack it
      }
    }
  }

  private async *summary(
    { source, form, findings, leftOut, bytes, sha256 }: PinnedSource,
    uris: Pick<ImportReport, 'reportUri' | 'reportNdjsonUri' | 'failedRowsUri'>,
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
    for await (const { header } of this.parts()) for (const each of header.imports) yield each;
  }

  /** The parts in order; the lines of one are gone through, or not at all, before the next is asked for. */
  private async *parts(): AsyncGenerator<{
    batch: number;
    header: PartHeader;
    lines: AsyncIterable<string>;
  }> {
    const { plan } = this.input;
    for (let batch = 1; batch <= plan.batches; batch++) {
      this.stopIfCancelled();
      const stored = storedLines(this.store, partUri(plan, batch));
      try {
        const first = await stored.next();
        const header = partHeaderSchema.parse(JSON.parse(first.done === true ? 'null' : first.value));
        yield { batch, header, lines: stored };
      } finally {
        await stored.return(undefined);
      }
    }
  }
}

function addImport(imports: Imports, each: ReportedImport): void {
  imports.byStatus[each.status] = (imports.byStatus[each.status] ?? 0) + 1;
  if (imports.inline === null) return;
  imports.inlineBytes += Buffer.byteLength(JSON.stringify(each)) + (imports.inline.length === 0 ? 0 : 1);
  if (imports.inlineBytes > inlineImportsBytes) imports.inline = null;
  else imports.inline.push(each);
}

const lineOf = (text: string): ReportLine => reportLineSchema.parse(JSON.parse(text));
