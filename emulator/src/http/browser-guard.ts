import type { IncomingHttpHeaders } from 'node:http';

/** A name or address of this machine, as written in a URL. */
const loopback = /^(localhost|(.+\.)?localhost\.?|127(\.\d{1,3}){3}|\[::1\]|::1)$/i;

/** Whether an address to listen on is reachable only from this machine. */
export const isLoopback = (host: string): boolean => loopback.test(host);

/**
 * Whether a request names this machine as its host. With DNS rebinding, a page can send requests here and read the
 * answers, but its browser still names the page's host.
 */
export const namesThisMachine = ({ host = '' }: IncomingHttpHeaders): boolean =>
  isLoopback(host.replace(/:\d*$/, ''));

/**
 * Whether a browser says that a page from elsewhere sent the request. Programs send no such headers; pages served by
 * this machine count as its own.
 */
export function comesFromElsewhere({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site === 'cross-site') return true;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || !isLoopback(new URL(origin).hostname);
}
