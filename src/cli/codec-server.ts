import { isLoopback } from '../codec/codec-access';
import { startCodecServer } from '../codec/codec-server';
import { loadCodecs, throttled } from '../codec/data-converter';
import { loadConfig } from '../config/config';
import { addressPattern } from '../config/variables';
import { CommandError } from './command-error';
import { exitCodes } from './exit-codes';
import { onInterrupt } from './terminal/follow-result';
import { print, printJson, printToStderr } from './terminal/output';

/** Options of `codec-server`. */
export interface CodecServerFlags {
  address: string;
  ui: string[];
  withoutToken: boolean;
  json: boolean;
}

/** A UI repeats its requests for a page, so each reason is reported only once in this time, in milliseconds. */
const reportIntervalMs = 60_000;

/** `prism-imports codec-server`, until Ctrl-C. */
export async function runCodecServer({ address, ui, withoutToken, json }: CodecServerFlags): Promise<void> {
  const { codec } = loadConfig();
  if (codec.module === null && codec.encryptionKeys().length === 0)
    throw usage('No codec is configured: set PRISM_ENCRYPTION_KEYS or PRISM_PAYLOAD_CODEC.');
  const { host, port } = parseAddress(address);
  const token = codec.serverToken();
  if (!isLoopback(host) && token === null && !withoutToken)
    throw usage(
      `--address: saw ${JSON.stringify(address)}, which other hosts can reach: set PRISM_CODEC_TOKEN, or pass --without-token.`,
    );
  // Shows a payload that cannot be read unchanged; an error would hide all other payloads of the page.
  const codecs = await loadCodecs(codec, {
    keepUnreadable: () => true,
    report: throttled(printToStderr, { everyMs: reportIntervalMs }),
  });
  const server = await startCodecServer({ codecs, host, port, token, origins: ui.map(parseOrigin) });
  const { url } = server;
  const interrupted = onInterrupt();
  if (json) printJson({ url });
  else {
    print(`Codec server at ${url}`);
    // The shell inserts the token, so that it is not shown.
    const auth = token === null ? '' : ' --codec-auth "Bearer $PRISM_CODEC_TOKEN"';
    printToStderr(`Use it with: temporal workflow show --codec-endpoint ${url}${auth} --workflow-id ID`);
  }
  await interrupted.promise;
  await server.close();
}

const usage = (message: string) => new CommandError(message, exitCodes.usage);

function parseAddress(address: string): { host: string; port: number } {
  const [, digits] = addressPattern.exec(address) ?? [];
  if (digits === undefined || Number(digits) > 65_535)
    throw usage(`--address: saw ${JSON.stringify(address)}, expected host:port, like 127.0.0.1:8081`);
  return { host: address.slice(0, -digits.length - 1).replace(/^\[|\]$/g, ''), port: Number(digits) };
}

/** Parses an origin as browsers send it. */
function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw usage(`--ui: saw ${JSON.stringify(text)}, expected an origin, like http://localhost:8233`);
}
