import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RuleAnswer, Sending } from '../rules/rule';

const pieces = 20;

/**
 * Sends an answer: at once, or slowly or in part as a rule says. Resolves when it is sent or the client has
 * disconnected.
 */
export async function send(
  response: ServerResponse,
  answer: RuleAnswer,
  { requestId, now }: { requestId: string; now: number },
  { spread = 0, cut }: Pick<Sending, 'spread' | 'cut'> = {},
): Promise<void> {
  const { status, headers = {}, body } = answer;
  const text = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body);
  const all: Record<string, string | number> = {
    'x-request-id': requestId,
    date: new Date(now).toUTCString(),
    'content-length': Buffer.byteLength(text),
  };
  if (body !== undefined) all['content-type'] = 'application/json';
  for (const name in headers) all[name.toLowerCase()] = headers[name] ?? '';
  response.writeHead(status, all);
  if (spread === 0 && cut === undefined) {
    response.end(text);
    return;
  }
  const bytes = Buffer.from(text);
  await trickle(response, bytes.subarray(0, Math.floor(bytes.length * (cut ?? 1))), spread);
  if (cut === undefined) response.end();
  // Reset only after the client has received what it should: a reset overtakes buffered data.
  else response.socket?.end(() => response.destroy());
}

/** Waits, unless the client disconnects first. */
export async function delay(response: ServerResponse, ms: number): Promise<void> {
  const gone = new AbortController();
  const abort = () => gone.abort();
  response.once('close', abort);
  await sleep(ms, undefined, { signal: gone.signal }).catch(() => undefined);
  response.off('close', abort);
}

async function trickle(response: ServerResponse, bytes: Buffer, spread: number): Promise<void> {
  const size = spread === 0 ? bytes.length : Math.max(1, Math.ceil(bytes.length / pieces));
  const waits = Math.max(1, Math.ceil(bytes.length / Math.max(size, 1)));
  response.flushHeaders();
  for (let offset = 0; offset < bytes.length && !response.destroyed; offset += size) {
    if (spread > 0) await delay(response, spread / waits);
    if (!response.write(bytes.subarray(offset, offset + size)) && !response.destroyed) {
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
  }
}
