import type { ImportReport } from '../../../src/core/pipeline/report';
import type { ReportLine } from '../../../src/report/report-line';
import type { JournalEntry, PrismEmulator, Rule, RuleFunction, RuleRequest } from 'prism-emulator';
import {
  contradictions,
  executions,
  expectEveryRowOnce,
  readBack,
  sentAgain,
} from '../../support/accounting';
import { launches } from '../../support/pipeline-rig';

/** Has the API recognise rows that are there already, so that a repetition is harmless. */
export const dedupe = { options: { dedupe_by: 'primary_domain' } };

/** Domains of the rows that `organizations` numbers from 1. */
export const domainsOf = (rows: number): string[] =>
  Array.from({ length: rows }, (_, index) => `o${index + 1}.example`);

/**
 * Checks a report on numbered organizations against what the emulator holds, whatever has happened on the way; gives
 * its lines.
 */
export async function expectTrue(
  report: ImportReport,
  emulator: PrismEmulator,
  rows: number,
): Promise<ReportLine[]> {
  const lines = expectEveryRowOnce(report, rows);
  expect(contradictions(lines, domainsOf(rows), await readBack(emulator))).toEqual([]);
  return lines;
}

/** Checks that nothing was sent again after an answer other than a refusal, and nothing carried out twice. */
export function expectSentOnce(emulator: PrismEmulator): void {
  const requests = launches(emulator);
  expect(sentAgain(requests)).toEqual([]);
  expect(new Set(executions(requests).values())).toEqual(new Set([1]));
}

/** The import requests for a batch or a part of it, by its name in the idempotency key. */
export function requestsFor(emulator: PrismEmulator, part: string): JournalEntry[] {
  return launches(emulator).filter(({ idempotencyKey }) => attemptOf(idempotencyKey, part) !== undefined);
}

/** The attempts that the keys of these requests are for, each once. */
export function attempts(emulator: PrismEmulator, part: string): string[] {
  const found = requestsFor(emulator, part).map(
    ({ idempotencyKey }) => attemptOf(idempotencyKey, part) ?? '',
  );
  return [...new Set(found)];
}

/** From the first of these requests to the last, in milliseconds of the emulator's clock. */
export function spanOf(emulator: PrismEmulator, part: string): number {
  const times = requestsFor(emulator, part).map(({ at }) => Date.parse(at));
  return Math.max(...times) - Math.min(...times);
}

const attemptOf = (key: string | null, part: string): string | undefined =>
  new RegExp(`^[0-9a-f]{64}-${part.replaceAll('.', '\\.')}-(\\d+)$`).exec(key ?? '')?.[1];

/**
 * Has the first request of each batch befallen by something, by the name of the batch's first row; all others are
 * answered as usual.
 */
export function failFirstRequests(mishaps: ReadonlyMap<string, RuleFunction>): Rule {
  const left = new Map(mishaps);
  const respond: RuleFunction = (request) => {
    const name = firstName(request);
    const mishap = left.get(name);
    left.delete(name);
    return mishap?.(request);
  };
  return { operation: 'import', respond };
}

/** Refuses every import whose first row has one of these names, with the code given for it. */
export function refusing(
  status: number,
  codes: Record<string, string>,
  headers: Record<string, string> = {},
): Rule {
  const respond: RuleFunction = (request) => {
    const code = codes[firstName(request)];
    return code === undefined
      ? undefined
      : { status, headers, body: { error: { code, message: `refused with ${status}` } } };
  };
  return { operation: 'import', respond };
}

function firstName({ body }: RuleRequest): string {
  const [first] = (body as { objects: { default: { name: string } }[] }).objects;
  return first?.default.name ?? '';
}
