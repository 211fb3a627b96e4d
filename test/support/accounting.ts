import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ImportReport } from '../../src/core/pipeline/report';
import { reportLineSchema, type ReportLine } from '../../src/report/report-line';
import { countRow, noRows, sumTotals } from '../../src/core/pipeline/row-totals';
import type { JournalEntry, PrismEmulator } from 'prism-emulator';
import { teamId } from './tracker-rig';

/** An organization as it is read back. */
export interface Organization {
  id: string;
  domain: string;
}

/** Reads every organization of the emulator, page by page over the API; the journal records these requests too. */
export async function readBack({ baseUrl }: PrismEmulator): Promise<Organization[]> {
  const found: Organization[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = new URLSearchParams({ limit: '50', ...(cursor !== '' && { cursor }) });
    const url = `${baseUrl}/v2/prism/${teamId}/organization?${query.toString()}`;
    const response = await fetch(url, { headers: { 'x-api-key': 'test-key' } });
    expect(response.status).toBe(200);
    const page = (await response.json()) as Page;
    for (const { id, properties } of page.data) found.push({ id, domain: properties.primary_domain });
    cursor = page.next_cursor;
  }
  return found;
}

interface Page {
  data: { id: string; properties: { primary_domain: string } }[];
  next_cursor: string | null;
}

/**
 * Checks that a report has exactly one line per row, in order, and that lines, totals and imports add up; returns the
 * lines.
 */
export function expectEveryRowOnce(report: ImportReport, rows: number): ReportLine[] {
  const lines = readFileSync(fileURLToPath(report.reportNdjsonUri), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => reportLineSchema.parse(JSON.parse(line)));
  expect(lines.map(({ row }) => row)).toEqual(Array.from({ length: rows }, (_, index) => index + 1));
  const counted = noRows();
  for (const { outcome } of lines) countRow(counted, outcome);
  expect(report.totals).toEqual(counted);
  const { created, updated, existing, failed, unknown } = report.totals;
  expect(created + updated + existing + failed + unknown).toBe(rows);
  expect(
    sumTotals(report.imports.map(({ rows: ofImport, ...rest }) => ({ rows: ofImport, ...rest }))),
  ).toEqual(counted);
  return lines;
}

/**
 * Contradictions between a report and the records, in words: an imported row must exist under its id, a failed one must
 * not; unknown ones may. `domains` are those of the rows, in order, all different.
 */
export function contradictions(
  lines: readonly ReportLine[],
  domains: readonly string[],
  organizations: readonly Organization[],
): string[] {
  const found: string[] = [];
  const byDomain = new Map<string, Organization>();
  for (const organization of organizations) {
    const { domain } = organization;
    if (byDomain.has(domain)) found.push(`${domain} is there twice`);
    byDomain.set(domain, organization);
  }
  for (const { row, outcome, id } of lines) {
    const domain = domains[(row ?? 0) - 1] ?? '';
    const there = byDomain.get(domain);
    byDomain.delete(domain);
    if (outcome === 'unknown') continue;
    const expected = outcome === 'failed' ? undefined : id;
    if (there?.id !== expected)
      found.push(`row ${row} is ${outcome}, and ${domain} is ${there?.id ?? 'not'} there`);
  }
  for (const domain of byDomain.keys()) found.push(`${domain} is of no row`);
  return found;
}

/** The part of a batch that an idempotency key stands for: the key without its attempt. */
export const partOf = ({ idempotencyKey }: JournalEntry): string =>
  (idempotencyKey ?? '').replace(/-\d+$/, '');

/** Import requests for a part of a batch that was sent before and not refused. */
export function sentAgain(requests: readonly JournalEntry[]): JournalEntry[] {
  const settled = new Set<string>();
  return requests.filter((request) => {
    const part = partOf(request);
    const again = settled.has(part);
    const { status } = request;
    if (status === null || status < 400 || status >= 500) settled.add(part);
    return again;
  });
}

/** How often each request was executed, by idempotency key. */
export function executions(requests: readonly JournalEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { did, idempotencyKey } of requests) {
    if (did !== 'launched' && did !== 'imported') continue;
    const key = idempotencyKey ?? '';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
