import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Webhook } from 'standardwebhooks';
import { NoticeError, type NoticeSender, type OutgoingNotice } from '../ports/notice-sender';
import { createAgents } from '../prism/connection';
import { ProxyError } from '../prism/proxy-agents';
import { readRetryAfter } from '../prism/retry-after';

/** A webhook as its operator has configured it. */
interface Target {
  url: URL;
  /** `whsec_` and base64; the notice is signed with each, so that a receiver may have either. */
  secrets: readonly string[];
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Whether it is asked through the proxy, if there is one. */
  proxied: boolean;
}

/** How webhooks are reached. */
export interface NoticeSenderOptions {
  /** The webhooks by name as they are now: asked for each notice. */
  targets: () => ReadonlyMap<string, Target>;
  /** http or https URL of a proxy, or null. */
  proxy: URL | null;
  /** Longest time for one try, in milliseconds; default 15 s. */
  timeoutMs?: number;
}

/** Headers of an answer are bounded as those of the API are. */
const maxHeaderSize = 16 * 1024;
/** What a receiver says is thrown away; it may take so long, in bytes and milliseconds. */
const [maxIgnoredBytes, maxIgnoredMs] = [64 * 1024, 1000];

/**
 * Sends notices by the Standard Webhooks scheme: one POST each on a connection of its own, signed with every secret of
 * the webhook. A redirect is not followed, since nobody has named where it leads; what the receiver says is not read.
 */
export function createNoticeSender({
  targets,
  proxy,
  timeoutMs = 15_000,
}: NoticeSenderOptions): NoticeSender {
  const straight = createAgents({ proxy: null, clientCertificate: null }).fresh;
  const proxied = proxy === null ? straight : createAgents({ proxy, clientCertificate: null }).fresh;
  return {
    async send(notice, signal) {
      const known = targets();
      const target = known.get(notice.webhook);
      if (target === undefined) throw unknown(notice.webhook, [...known.keys()]);
      const limit = AbortSignal.timeout(timeoutMs);
      const { httpAgent, httpsAgent } = target.proxied ? proxied : straight;
      const isTls = target.url.protocol === 'https:';
      const options = {
        method: 'POST',
        headers: headersOf(notice, target),
        agent: isTls ? httpsAgent : httpAgent,
        signal: AbortSignal.any([signal, limit]),
        maxHeaderSize,
        insecureHTTPParser: false,
      };
      const answer = await post(isTls ? https : http, target.url, options, notice.body).catch(
        (error: unknown) => {
          signal.throwIfAborted();
          const seen = limit.aborted
            ? `no answer within ${timeoutMs / 1000} s`
            : `no answer (${codeOf(error)})`;
          throw new NoticeError(`the webhook ${notice.webhook}: ${seen}`, 'failed');
        },
      );
      judge(notice.webhook, answer);
    },
  };
}

function headersOf({ id, body }: OutgoingNotice, { secrets, headers }: Target): Record<string, string> {
  const now = new Date();
  return {
    'user-agent': 'prism-imports',
    ...headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}

function post(
  { request }: Pick<typeof http, 'request'>,
  url: URL,
  options: http.RequestOptions,
  body: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sending = request(url, options, (answer) => {
      ignoreBody(answer);
      resolve(answer);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

/** Lets the receiver say what it has to say, within limits, so that it does not see its connection break. */
function ignoreBody(answer: IncomingMessage): void {
  let bytes = 0;
  const limit = setTimeout(() => answer.destroy(), maxIgnoredMs);
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxIgnoredBytes) answer.destroy();
  });
  answer.on('error', () => undefined);
  answer.on('close', () => clearTimeout(limit));
}

/** The receiver's status decides: 2xx has taken it, 410 wants no more (Standard Webhooks, "Responding to webhooks"). */
function judge(webhook: string, { statusCode: status = 0, headers }: IncomingMessage): void {
  if (status >= 200 && status < 300) return;
  const seen = `the webhook ${webhook}: answered ${status}`;
  if (status === 410) throw new NoticeError(`${seen}: it wants no more notices`, 'gone');
  throw new NoticeError(seen, 'failed', readRetryAfter(headers, Date.now()));
}

const maxShownNames = 20;

function unknown(webhook: string, known: readonly string[]): NoticeError {
  const shown = known.slice(0, maxShownNames).join(', ');
  const more = known.length > maxShownNames ? ', …' : '';
  return new NoticeError(
    `there is no webhook ${webhook} in PRISM_WEBHOOKS, only: ${shown}${more}`,
    'unknown',
  );
}

/** The system's code alone: a message may hold the address. */
function codeOf(error: unknown): string {
  if (error instanceof ProxyError) return 'the proxy opened no way; check PRISM_PROXY, or set "proxy": false';
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  const inner = (cause as { code?: unknown } | undefined)?.code;
  return typeof inner === 'string' ? inner : 'no reason given';
}
