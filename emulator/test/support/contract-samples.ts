import { type EmulatorOptions } from '../../src';
import { emulatorSettings } from '../../src/settings';
import { root } from './client';
import { contractProblems } from './check-contract';
import type { Exchange } from './exchange';

/**
 * An exchange in short: a GET, status 200, the headers of a good answer and the default settings, unless it says
 * otherwise.
 */
export interface Sample {
  method?: 'GET' | 'POST';
  path: string;
  status?: number;
  body: unknown;
  headers?: Record<string, string>;
  requestHeaders?: Record<string, string>;
  options?: EmulatorOptions;
}

/** The exchange that a sample stands for. */
export function exchangeOf({
  method = 'GET',
  path,
  status = 200,
  body,
  headers = {},
  requestHeaders = {},
}: Sample): Exchange {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const all = {
    'x-request-id': 'req_1',
    date: 'Mon, 23 Nov 2026 09:00:00 GMT',
    'content-length': String(Buffer.byteLength(text)),
    'content-type': 'application/json',
    ...headers,
  };
  const sent = { method, path, requestHeaders: { host: 'h', ...requestHeaders } };
  return { ...sent, status, headers: new Headers(all), text };
}

/** What the check finds wrong with a sample, line by line. */
export const problemsOf = (sample: Sample): string =>
  contractProblems(exchangeOf(sample), emulatorSettings(sample.options)).join('\n');

export const id = '5f0f4f3e-2b58-4a7e-8f0f-0b6c8b2f9a01';
export const at = '2026-11-23T09:00:00.000Z';
const dates = { created_at: at, updated_at: at, expires_at: at };

export const created = { input_index: 0, id, created: true, existing: false, updated: false };
export const failed = { input_index: 1, id: null, created: false, error: { code: 'x', message: 'y' } };
const counted = { total: 2, processed: 2, succeeded: 1, failed: 1 };
export const sync = { job_id: null, status: 'complete', ...counted, results: [created, failed] };
export const complete = { ...sync, job_id: 'j', ...dates };
export const running = { job_id: 'j', status: 'processing', total: 2, ...dates };
export const broken = { ...running, status: 'failed', error: { code: 'x' } };
export const error = { code: 'not_found', message: 'Not here', request_id: 'req_1' };
export const invalid = { ...error, code: 'invalid_request', errors: [{ field: '.body', message: 'no' }] };
export const page = { data: [{ id, properties: {} }], has_more: false, next_cursor: null };

const location = `${root}/imports/j`;

/**
 * An answer to an import, to the launch of a job with its `Location`, to a request for its status, to one for a record,
 * to one for records.
 */
export const imported = (body: unknown, more: Partial<Sample> = {}): Sample => ({
  method: 'POST',
  path: `${root}/deal/import`,
  body,
  ...more,
});
export const launched = (body: unknown, headers: Record<string, string> = {}): Sample =>
  imported(body, { status: 202, headers: { location, ...headers } });
export const status = (body: unknown, more: Partial<Sample> = {}): Sample => ({
  path: location,
  body,
  ...more,
});
export const refused = (answer: unknown, code = 404): Sample => status({ error: answer }, { status: code });
export const record = (body: unknown, etag = '"1"'): Sample => ({
  path: `${root}/deal/${id}`,
  body,
  headers: { etag },
});
export const paged = (body: unknown, query = ''): Sample => ({ path: `${root}/deal${query}`, body });

/** An object without some of its members. */
export const without = (body: Record<string, unknown>, ...names: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
