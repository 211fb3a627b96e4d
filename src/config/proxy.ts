/** The accepted form of a proxy, in words. */
export const proxyForm = 'an http or https URL of host and port, if need be with user name and password';

/** The proxy's URL, or null when it has another form. */
export function parseProxy(text: string): URL | null {
  if (!URL.canParse(text) || /[?#]/.test(text)) return null;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.pathname !== '/') return null;
  return credentialsOf(url) === null ? null : url;
}

/** `host:port` of the proxy, for people to see. */
export const proxyAddress = (url: URL): string =>
  `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;

/** What must not be shown of a proxy: its password, as it is written and as it is meant, and both as they are sent. */
export function proxySecrets(url: URL): string[] {
  const credentials = credentialsOf(url);
  if (credentials === null || credentials.password === '') return [];
  const { user, password } = credentials;
  return [password, url.password, Buffer.from(`${user}:${password}`).toString('base64')];
}

function credentialsOf({ username, password }: URL): { user: string; password: string } | null {
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return null;
  }
}
