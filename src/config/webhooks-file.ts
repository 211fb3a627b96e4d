import { z } from 'zod';
import { checkInput, type Checked, type InputProblem } from '../core/validation';
import { webhookNameSchema } from '../core/tracker/webhook-name';
import { isLoopback, isSafeWay, plainHost } from './base-url';
import { headerSecrets, isHeaderName, isHeaderValue } from './custom-headers';
import { readBounded, unreadable } from './read-bounded';

/** A webhook as it is configured. */
export interface WebhookTarget {
  url: URL;
  /** `whsec_` and base64, the newest first: notices are signed with each. */
  secrets: readonly string[];
  /** Further headers, names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Whether it is asked through `PRISM_PROXY`, if that is set. */
  proxied: boolean;
}

/** Largest file that is read, in bytes. */
const maxFileBytes = 256 * 1024;
const maxWebhooks = 100;
const field = 'PRISM_WEBHOOKS';

const urlForm = 'an https URL without user name, password and fragment, or http as PRISM_PLAIN_HTTP allows';
const secretForm = "'whsec_' and base64 of 24 to 64 bytes, or a list of such, the newest first";
const headersForm = 'an object of header names and values, without those that webhooks set themselves';

const secretSchema = z.string({ error: secretForm }).refine(isSecret, { error: secretForm });
const targetSchema = z.strictObject(
  {
    url: z.string({ error: urlForm }).max(2000, { error: urlForm }),
    secret: z.union([secretSchema, z.array(secretSchema).min(1).max(5)], { error: secretForm }),
    headers: z
      .record(
        z.string().refine(isFreeHeader, { error: headersForm }),
        z.string({ error: headersForm }).refine(isHeaderValue, { error: headersForm }),
        {
          error: headersForm,
        },
      )
      .optional(),
    proxy: z.boolean({ error: 'true or false' }).optional(),
  },
  { error: 'an object with url and secret' },
);
const fileForm = `an object of at most ${maxWebhooks} webhooks by name`;
const fileSchema = z
  .record(webhookNameSchema, targetSchema, { error: fileForm })
  .refine((webhooks) => Object.keys(webhooks).length <= maxWebhooks, { error: fileForm });

/** A place to warn, without any content of the file. */
type Warn = (message: string) => void;

/**
 * The webhooks in the file of `PRISM_WEBHOOKS`, read again for each notice, so that they can be changed while imports
 * run. While the file is missing or malformed, as when it is half written, the last good one stays in use.
 */
export class WebhooksFile {
  /** Secrets of before, which a log may still hold back. */
  private readonly seen = new Set<string>();
  private problem = '';

  private constructor(
    private readonly path: string,
    private readonly plainHosts: readonly string[],
    private last: { text: string; targets: ReadonlyMap<string, WebhookTarget> },
  ) {
    this.remember();
  }

  /** Opens the file, or says what is wrong with it, without showing anything secret. */
  static open(path: string, plainHosts: readonly string[]): Checked<WebhooksFile> {
    const found = readFile(path, plainHosts, null);
    return found.ok ? { ok: true, value: new WebhooksFile(path, plainHosts, found.value) } : found;
  }

  /** The webhooks as they are now. */
  targets(warn: Warn): ReadonlyMap<string, WebhookTarget> {
    const found = readFile(this.path, this.plainHosts, this.last);
    if (found.ok) {
      this.problem = '';
      this.last = found.value;
      this.remember();
    } else {
      const said = found.problems.map(({ field: at, seen }) => `${at}: ${seen}`).join('; ');
      if (said !== this.problem) warn(`${said}. The last webhooks stay in use.`);
      this.problem = said;
    }
    return this.last.targets;
  }

  /** What must not be shown: secrets, addresses, and headers that are credentials. */
  secrets(): string[] {
    return [...this.seen];
  }

  private remember(): void {
    for (const { url, secrets, headers } of this.last.targets.values()) {
      const keys = secrets.flatMap((secret) => [secret, secret.slice(secretPrefix.length)]);
      const place = url.pathname.length + url.search.length > 1 ? [url.href] : [];
      for (const text of [...keys, ...place, ...headerSecrets(headers)]) this.seen.add(text);
    }
  }
}

type ReadFile = WebhooksFile['last'];

function readFile(path: string, plainHosts: readonly string[], last: ReadFile | null): Checked<ReadFile> {
  const wrong = (seen: string): Checked<never> => {
    const accepted = `the path of a JSON file: ${fileForm}`;
    return { ok: false, problems: [{ field, seen: `${JSON.stringify(path)}: ${seen}`, accepted }] };
  };
  let text: string | null;
  try {
    text = readBounded(path, maxFileBytes, 'utf8');
  } catch (error) {
    return wrong(unreadable(error));
  }
  if (text === null) return wrong(`it is no file of at most ${maxFileBytes} bytes`);
  if (text === last?.text) return { ok: true, value: last };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong('it is not JSON');
  }
  const targets = checkTargets(value, plainHosts);
  return targets.ok ? { ok: true, value: { text, targets: targets.value } } : targets;
}

function checkTargets(
  value: unknown,
  plainHosts: readonly string[],
): Checked<ReadonlyMap<string, WebhookTarget>> {
  const checked = checkInput(fileSchema, value);
  if (!checked.ok) return { ok: false, problems: checked.problems.map(hidden) };
  const targets = new Map<string, WebhookTarget>();
  const problems: InputProblem[] = [];
  for (const [name, { url: text, secret, headers = {}, proxy = true }] of Object.entries(checked.value)) {
    const url = parseUrl(text);
    const isSafe = url !== null && isSafeWay(url, plainHosts);
    if (isSafe) {
      targets.set(name, {
        url,
        secrets: typeof secret === 'string' ? [secret] : secret,
        headers: Object.fromEntries(Object.entries(headers).map(([key, each]) => [key.toLowerCase(), each])),
        proxied: proxy && !isLoopback(url),
      });
    } else {
      const seen = url === null ? 'a URL that is not shown' : `plain HTTP to ${plainHost(url)}`;
      problems.push({ field: `${field}: ${name}.url`, seen, accepted: urlForm });
    }
  }
  return problems.length === 0 ? { ok: true, value: targets } : { ok: false, problems };
}

function parseUrl(text: string): URL | null {
  if (!URL.canParse(text) || text.includes('#')) return null;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username + url.password === '' ? url : null;
}

/** Whatever stands at a wrong place may be a secret. */
const hidden = (problem: InputProblem): InputProblem => ({
  field: `${field}: ${problem.field}`,
  seen: problem.seen === 'nothing' ? 'nothing' : 'a value that is not shown',
  accepted: problem.accepted,
});

const secretPrefix = 'whsec_';

/** As Standard Webhooks has secrets: strict base64, since the library would take less. */
function isSecret(text: string): boolean {
  const base64 = text.slice(secretPrefix.length);
  const bytes = Buffer.from(base64, 'base64');
  const isWhole = bytes.toString('base64') === base64;
  return text.startsWith(secretPrefix) && isWhole && bytes.length >= 24 && bytes.length <= 64;
}

const ownHeaders =
  /^(?:webhook-.*|content-.*|host|connection|transfer-encoding|te|trailer|upgrade|expect|keep-alive)$/i;

function isFreeHeader(name: string): boolean {
  return isHeaderName(name) && !ownHeaders.test(name);
}
