import { startPrismEmulator, type EmulatorOptions, type PrismEmulator } from '../../src';
import { emulatorSettings } from '../../src/settings';
import { contractProblems } from './check-contract';
import { Conversation } from './conversation';

export const team = '7951e46f-5947-4685-9da7-54824ebc0f4d';
export const root = `/v2/prism/${team}`;
export const start = Date.parse('2026-11-23T09:00:00.000Z');

export interface Reply {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

interface Client {
  get: (path: string, headers?: Record<string, string>) => Promise<Reply>;
  post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>;
}

/**
 * An emulator on a clock that stands still until the test moves it, and a client that fails on any answer that breaks
 * the API's contract.
 */
export interface Bench extends Client {
  emulator: PrismEmulator;
  clock: { now: number };
  /** The same client without the check, for answers that a rule or a patched job spoils on purpose. */
  unchecked: Client;
}

/** Registers the clean-up and gives what starts emulators for the tests of a file. */
export function benches(): (options?: EmulatorOptions) => Promise<Bench> {
  const running: PrismEmulator[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((emulator) => emulator.close()));
  });
  return async (options = {}) => {
    const clock = { now: start };
    const emulator = await startPrismEmulator({ clock: () => clock.now, ...options });
    running.push(emulator);
    const call = caller(emulator.baseUrl, options);
    return { emulator, clock, ...clientOf(call, true), unchecked: clientOf(call, false) };
  };
}

interface Request {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

type Call = (request: Request, isChecked: boolean) => Promise<Reply>;

function caller(baseUrl: string, options: EmulatorOptions): Call {
  const settings = emulatorSettings(options);
  const conversation = new Conversation(settings);
  return async ({ method, path, headers, body }, isChecked) => {
    const requestHeaders = { 'x-api-key': 'test-key', ...headers };
    const sent = { method, path, requestHeaders: { ...requestHeaders, host: new URL(baseUrl).host } };
    const isRepeated = conversation.send(sent);
    const init = { method, headers: requestHeaders, ...(body !== undefined && { body }) };
    const response = await fetch(baseUrl + path, init);
    const text = await response.text();
    const { status } = response;
    if (isChecked) {
      const exchange = {
        ...sent,
        ...(body !== undefined && { requestBody: body }),
        status,
        headers: response.headers,
        text,
      };
      const broken = contractProblems(exchange, settings);
      const problems = broken.length > 0 ? broken : conversation.problems(exchange, isRepeated);
      if (problems.length > 0) throw new Error(breach(method, path, status, problems));
    }
    return { status, headers: response.headers, body: JSON.parse(text || '{}') as Record<string, unknown> };
  };
}

function clientOf(call: Call, isChecked: boolean): Client {
  return {
    get: (path, headers = {}) => call({ method: 'GET', path, headers }, isChecked),
    post: (path, body, headers = {}) =>
      call(
        {
          method: 'POST',
          path,
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        },
        isChecked,
      ),
  };
}

const breach = (method: string, path: string, status: number, problems: readonly string[]): string =>
  [
    `${method} ${path} was answered ${status} against the contract (where a test means to spoil it, the bench has "unchecked"):`,
    ...problems.slice(0, 10),
  ].join('\n- ');

/** An import of `count` organizations, `o0.example` and on. */
export function organizations(
  count: number,
  options: Record<string, unknown> = { dedupe_by: 'primary_domain' },
) {
  const objects = Array.from({ length: count }, (_, index) => ({
    default: { name: `Org ${index}`, primary_domain: `o${index}.example` },
  }));
  return { objects, options };
}
