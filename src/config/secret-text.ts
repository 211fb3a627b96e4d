/** Fewest characters of a key: shorter ones cannot be masked without blanking parts of ordinary words. */
export const minSecretCharacters = 8;

/** The accepted form of an API key, in words. */
export const apiKeyForm = `an API key: at least ${minSecretCharacters} characters, printable ASCII without spaces`;

/** Accepts an API key. */
export const apiKeyPattern = /^[\x21-\x7e]{8,}$/;
