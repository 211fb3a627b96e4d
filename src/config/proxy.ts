import { minSecretCharacters } from '../ports/secret-mask';

/** The accepted form of a proxy, in words. */
export const proxyForm = `an http or https URL of host and port, if need be with user name and a password of at least ${minSecretCharacters} characters`;

/**
 * The proxy's URL, or null when it has another form. A password that is too short to be masked in what is written is
 * none, as with the API key.
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

/** `host:port` of the proxy, for people to see. */
export const proxyAddress = (url: URL): string =>
  `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;

/**
 * What must not be shown of a proxy: its password, as it is written and as it is meant, and with the name as they are
 * sent. A name without a password is what the proxy knows its user by, such as a token.
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
