import { minSecretCharacters } from '../ports/secret-mask';

/** The accepted form of an API key, in words. */
export const apiKeyForm = `an API key: at least ${minSecretCharacters} characters, printable ASCII without spaces`;

/** Accepts an API key. */
export const apiKeyPattern = new RegExp(`^[\\x21-\\x7e]{${minSecretCharacters},}$`);
