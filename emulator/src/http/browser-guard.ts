import type { IncomingHttpHeaders } from 'node:http';

/** A name or an address of this machine, as it stands in a URL. */
const loopback = /^(localhost|(.+\.)?localhost\.?|127(\.\d{1,3}){3}|\[::1\]|::1)$/i;

/** Whether an address to listen on can be reached from this machine only. */
export const isLoopback = (host: string): boolean => loopback.test(host);

/**
 * Whether a request names this machine as its host. A page whose name is made to lead here (DNS rebinding) may send
 * requests and read the answers, but its browser then names the page's host.
 */
export const namesThisMachine = ({ host = '' }: IncomingHttpHeaders): boolean =>
  isLoopback(host.replace(/:\d*$/, ''));

/**
 * Whether a browser says that a page from elsewhere sends the request. Programs send no such headers. Pages that this
 * machine serves count as its own.
 */
export function comesFromElsewhere({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site === 'cross-site') return true;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || !isLoopback(new URL(origin).hostname);
}
