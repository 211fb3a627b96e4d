/** Minimum length of a masked secret. Shorter texts would blank parts of ordinary words. */
export const minSecretCharacters = 8;

/**
 * Returns a function that replaces every secret in a text, whether plain, in base64, in a URL or in JSON. It calls
 * `secrets` each time, since keys can change while a process runs, and ignores those of fewer than 8 characters.
 */
export function createSecretMask(secrets: () => readonly string[], shown: string): (text: string) => string {
  let known: readonly string[] = [];
  let forms: string[] = [];
  return (text) => {
    const now = secrets();
    if (now.length !== known.length || now.some((secret, index) => secret !== known[index])) {
      known = [...now];
      forms = formsOfAll(known);
    }
    return forms.reduce((open, form) => (open.includes(form) ? open.replaceAll(form, shown) : open), text);
  };
}

/** Longest first, so that a secret which starts with another is replaced completely. */
function formsOfAll(secrets: readonly string[]): string[] {
  const long = secrets.filter((secret) => secret.length >= minSecretCharacters);
  return [...new Set(long.flatMap(formsOf))]
    .filter((form) => form.length >= minSecretCharacters)
    .sort((a, b) => b.length - a.length);
}

function formsOf(secret: string): string[] {
  const inJson = escapeJson(secret);
  return [
    secret,
    inJson,
    escapeJson(inJson),
    encodeURIComponent(Buffer.from(secret).toString()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    ...base64Of(secret),
  ];
}

const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/**
 * The base64 letters that depend on the secret alone, wherever it starts in the encoded text (as in `user:secret`): for
 * three offsets, in both alphabets.
 */
function base64Of(secret: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor((bytes.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((form) => bytes.toString(form).slice(first, last));
  });
}
