import { minSecretCharacters } from '../ports/secret-mask';

/** The accepted form of a proxy, in words. */
export const proxyForm = `an http or https URL of host and port, if need be with user name and a password of at least ${minSecretCharacters} characters`;

/**
 * The proxy's URL, or null if it has another form. As with the API key, a password that is too short to be masked in
 * output is refused.
 */
export function parseProxy(text: string): URL | null {
  if (!URL.canParse(text) || /[?#]/.test(text)) return null;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.pathname !== '/') return null;
  const credentials = credentialsOf(url);
  if (credentials === null) return null;
  const { length } = credentials.password;
  return length === 0 || length >= minSecretCharacters ? url : null;
}

/** `host:port` of the proxy, for display. */
export const proxyAddress = (url: URL): string =>
  `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;

/**
 * The secrets of a proxy: its password as written and decoded, and user name and password as sent. A user name without
 * a password is a secret too: it may be a token.
 */
export function proxySecrets(url: URL): string[] {
  const credentials = credentialsOf(url);
  if (credentials === null) return [];
  const { user, password } = credentials;
  if (user + password === '') return [];
  const secret = password === '' ? [user, url.username] : [password, url.password];
  return [...secret, Buffer.from(`${user}:${password}`).toString('base64')].filter((each) => each !== '');
}

function credentialsOf({ username, password }: URL): { user: string; password: string } | null {
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return null;
  }
}
