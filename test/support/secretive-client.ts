import { createPrismClient } from '../../src/prism/client';
import { PrismError } from '../../src/ports/prism-error';
import type { PrismOptions } from '../../src/prism/http';
import type { ScriptedServer } from './scripted-server';
import { wholeError } from './whole-error';

/** Secrets and row contents that no error may reveal. */
export const secretKey = 'sk-0123456789-secret';
export const customSecret = 'custom-secret-value';

/** A client with secrets. */
export const secretiveClient = (server: ScriptedServer, options: Partial<PrismOptions> = {}) =>
  createPrismClient({
    baseUrl: server.url,
    apiKey: secretKey,
    customHeaders: { 'x-tenant': customSecret },
    requestsPerSecond: 1000,
    ...options,
  });

/** An import of a row that no error may reveal. */
export const secretImport = {
  teamId: 't',
  objectType: 'contact' as const,
  rows: [{ default: { email: 'ada@lovelace.example' } }],
  options: {},
  idempotencyKey: 'key-1',
};

/** The PrismError of a failed request, after checking that it reveals no secret at any depth. */
export async function prismErrorOf(promise: Promise<unknown>): Promise<PrismError> {
  const error: unknown = await promise.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PrismError);
  const shown = wholeError(error);
  expect(shown).not.toContain(secretKey);
  expect(shown).not.toContain(customSecret);
  expect(shown).not.toMatch(/lovelace/i);
  return error as PrismError;
}
