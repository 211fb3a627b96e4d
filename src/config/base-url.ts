/** The accepted form of the API's base URL, in words. */
export const baseUrlForm = 'an http or https URL without user name, password, query and fragment';

/**
 * The base URL of the API, or null when it has another form: its parts would be lost, or sent along to whoever it
 * names.
 */
export function parseBaseUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const { protocol, username, password, search, hash } = url;
  return /^https?:$/.test(protocol) && username + password + search + hash === '' ? url : null;
}
