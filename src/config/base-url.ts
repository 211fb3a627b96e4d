/** The accepted form of the API's base URL, in words. */
export const baseUrlForm = 'an http or https URL without user name, password, query and fragment';

/**
 * The API's base URL, or null if it has another form: its further parts would be lost, or sent to the host that it
 * names.
 */
export function parseBaseUrl(text: string): URL | null {
  if (!URL.canParse(text) || /[?#]/.test(text)) return null;
  const url = new URL(text);
  const { protocol, username, password } = url;
  return /^https?:$/.test(protocol) && username + password === '' ? url : null;
}

/**
 * A refused base URL as messages show it: hidden if it may contain a user, a query or a fragment, since each may be a
 * credential.
 */
export const showBaseUrl = (text: string): string =>
  /[@?#]|%40|%3f|%23/i.test(text) ? 'a URL that is not shown' : JSON.stringify(text.slice(0, 200));

/** Whether requests to this host stay on this machine: `localhost`, 127.0.0.0/8 or `[::1]`. */
export const isLoopback = ({ hostname }: URL): boolean =>
  /^(?:localhost\.?|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);

/** A URL's host as `PRISM_PLAIN_HTTP` names it. */
export const plainHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$|\.$/g, '');

/** Whether secrets may be sent to this URL: over TLS, within this machine, or to a host named in `PRISM_PLAIN_HTTP`. */
export const isSafeWay = (url: URL, plainHosts: readonly string[]): boolean =>
  url.protocol === 'https:' || isLoopback(url) || plainHosts.includes(plainHost(url));
