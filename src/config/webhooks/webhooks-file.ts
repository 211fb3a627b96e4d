import { z } from 'zod';
import { checkInput, type Checked, type InputProblem } from '../../core/validation';
import { webhookNameSchema } from '../../core/tracker/notices/webhook-name';
import { isLoopback, isSafeWay, plainHost } from '../base-url';
import { headerSecrets, isHeaderName, isHeaderValue } from '../custom-headers';
import { JsonFile, type Warn } from './json-file';

/** A configured webhook. */
export interface WebhookTarget {
  url: URL;
  /** `whsec_` and base64, newest first; each signs the notices. */
  secrets: readonly string[];
  /** Additional headers, with names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Whether requests go through `PRISM_PROXY`, if that is set. */
  proxied: boolean;
}

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

type Targets = ReadonlyMap<string, WebhookTarget>;

/** The webhooks in the file `PRISM_WEBHOOKS`, read again for each notice. */
export class WebhooksFile {
  /** Former secrets, which still need to be masked in logs. */
  private readonly seen = new Set<string>();

  private constructor(private readonly file: JsonFile<Targets>) {
    this.remember();
  }

  /** Opens the file, or returns its problems without showing secrets. */
  static open(path: string, plainHosts: readonly string[]): Checked<WebhooksFile> {
    const form = { path, field, form: fileForm, content: 'webhooks' };
    const found = JsonFile.open({ ...form, check: (value) => checkTargets(value, plainHosts) });
    return found.ok ? { ok: true, value: new WebhooksFile(found.value) } : found;
  }

  /** The current webhooks. */
  targets(warn: Warn): Targets {
    const targets = this.file.value(warn);
    this.remember();
    return targets;
  }

  /** What must be masked: secrets, addresses, and headers that are credentials. */
  secrets(): string[] {
    return [...this.seen];
  }

  private remember(): void {
    for (const { url, secrets, headers } of this.file.lastValue.values()) {
      const keys = secrets.flatMap((secret) => [secret, secret.slice(secretPrefix.length)]);
      const place = url.pathname.length + url.search.length > 1 ? [url.href] : [];
      for (const text of [...keys, ...place, ...headerSecrets(headers)]) this.seen.add(text);
    }
  }
}

function checkTargets(value: unknown, plainHosts: readonly string[]): Checked<Targets> {
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

/** Hides the value: anything in the wrong place may be a secret. */
const hidden = (problem: InputProblem): InputProblem => ({
  field: `${field}: ${problem.field}`,
  seen: problem.seen === 'nothing' ? 'nothing' : 'a value that is not shown',
  accepted: problem.accepted,
});

const secretPrefix = 'whsec_';

/** Whether a text is a secret as Standard Webhooks defines it, in strict base64: the library itself checks less. */
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
