import { isFailedRow, type RowResult } from '../../core/api/import-job';
import { inlineResultsLimitBytes } from '../../core/tracker/get-import-status';
import type { ReadResultsInput, ResultsPage } from '../../core/tracker/read-results';
import type { ObjectStore } from '../../ports/object-store';
import { StorageError } from '../../ports/storage-error';
import { storedByteLines } from '../stored-lines';

/** A position between two results: how many results, and how many bytes, precede it. */
interface Place {
  index: number;
  offset: number;
}

/** Thrown for an `after` that no page of these results has returned. */
export class ForeignPlace extends Error {
  override readonly name = 'ForeignPlace';
}

const beginning: Place = { index: 0, offset: 0 };
const defaultLimit = 1000;
/** Maximum bytes read for one page, so that it takes only seconds even if failed rows are rare. */
const maxScannedBytes = 64 * 1024 * 1024;
/** The shortest line: `{}` and its end. */
const minLineBytes = 3;

/** Hooks between two results. */
export interface ReadingWatch {
  /** An error it throws ends the reading. */
  check?: () => void;
  /** Whether to end the page with what it has. Checked once at least one result was read. */
  isEnough?: () => boolean;
}

/**
 * Reads a page of stored results, without reading what precedes it. Throws {@link ForeignPlace}, the store's errors,
 * and a final StorageError if the results are not as they were written.
 */
export async function readResultsPage(
  store: ObjectStore,
  { uri, after, limit, only }: ReadResultsInput,
  { check, isEnough }: ReadingWatch = {},
): Promise<ResultsPage> {
  const from = after === undefined || after === null ? beginning : readPlace(after);
  const page = new PageOf(limit ?? defaultLimit);
  const at = { ...from };
  // Also reads the end of the previous line, since only a position between two lines follows one.
  const lead = from.offset === 0 ? 0 : 1;
  const range = { start: from.offset - lead, end: from.offset + maxScannedBytes };
  let readBytes = 0;
  let isBefore = lead === 1;
  const onChunk = (chunk: Uint8Array) => void (readBytes += chunk.length);
  for await (const line of storedByteLines(store, uri, { range, onChunk })) {
    check?.();
    if (isBefore) {
      if (line.length > 0) throw new ForeignPlace();
      isBefore = false;
      continue;
    }
    if (at.index > from.index && isEnough?.()) return page.upTo(at);
    const isCut = at.offset + line.length >= range.end;
    if (isCut) break;
    const result = parsed(line, uri, at);
    const isWanted = only !== 'failed' || isFailedRow(result);
    if (isWanted && !page.add(at.index, result, line.length)) return page.upTo(at);
    at.index += 1;
    at.offset += line.length + 1;
  }
  if (isBefore) throw new ForeignPlace();
  if (readBytes < range.end - range.start) return page.upTo(null);
  if (at.index === from.index) throw damaged(uri, at);
  return page.upTo(at);
}

/** The results collected for a page. */
class PageOf {
  private readonly results: ResultsPage['results'] = [];
  /** Size of their JSON array: one bracket, and a comma or bracket after each. */
  private bytes = 1;

  constructor(private readonly limit: number) {}

  /** Adds a result if there is room; otherwise returns false. */
  add(index: number, result: RowResult, resultBytes: number): boolean {
    if (this.results.length === this.limit) return false;
    const whole = { index, result };
    const isTooLarge = bytesOf(whole) + 2 > inlineResultsLimitBytes;
    const given = isTooLarge ? { index, omitted: true as const, bytes: resultBytes } : whole;
    const bytes = this.bytes + bytesOf(given) + 1;
    if (bytes > inlineResultsLimitBytes) return false;
    this.results.push(given);
    this.bytes = bytes;
    return true;
  }

  upTo(next: Place | null): ResultsPage {
    return { results: this.results, next: next === null ? null : `1-${next.index}-${next.offset}` };
  }
}

const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));

function parsed(line: Buffer, uri: string, at: Place): RowResult {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RowResult;
  } catch {
    // reported below, without the content
  }
  throw damaged(uri, at);
}

function damaged(uri: string, { index }: Place): StorageError {
  const refusal = `result ${index} is not as it was written`;
  return new StorageError(`reading ${uri}: ${refusal}`, { refusal });
}

/** Anybody can make up a position, so its form is checked here, and what it points to when it is read. */
function readPlace(text: string): Place {
  const [, index, offset] = /^1-([1-9]\d{0,11})-([1-9]\d{0,14})$/.exec(text) ?? [];
  const place = { index: Number(index), offset: Number(offset) };
  if (index === undefined || place.index * minLineBytes > place.offset) throw new ForeignPlace();
  return place;
}
