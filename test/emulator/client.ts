import { startPrismEmulator, type EmulatorOptions, type PrismEmulator } from '../../src/emulator';

export const team = '7951e46f-5947-4685-9da7-54824ebc0f4d';
export const root = `/v2/prism/${team}`;
export const start = Date.parse('2026-11-23T09:00:00.000Z');

export interface Reply {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** An emulator on a clock that stands still until the test moves it, and a client of it. */
export interface Bench {
  emulator: PrismEmulator;
  clock: { now: number };
  get: (path: string, headers?: Record<string, string>) => Promise<Reply>;
  post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>;
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
    const call = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
      const init = {
        method,
        headers: { 'x-api-key': 'test-key', ...headers },
        ...(body !== undefined && { body }),
      };
      const response = await fetch(emulator.baseUrl + path, init);
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: JSON.parse(text || '{}') as Record<string, unknown>,
      };
    };
    return {
      emulator,
      clock,
      get: (path, headers = {}) => call('GET', path, headers),
      post: (path, body, headers = {}) =>
        call(
          'POST',
          path,
          { 'content-type': 'application/json', ...headers },
          typeof body === 'string' ? body : JSON.stringify(body),
        ),
    };
  };
}

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
