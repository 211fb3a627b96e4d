/**
 * What servers read differently in the literals of a query: SQLite under server 1.29.1 finds no double quote and no
 * backslash, PostgreSQL takes a question mark for a parameter, and every server drops single quotes at either end.
 */
const readDifferently = /["\\?]|^'|'$/;

/** Whether every server reads a text in a query as it stands. */
export const isAskable = (text: string): boolean => !readDifferently.test(text);

/** A text in a query. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Clauses that select at least what has this text in a field: what cannot be asked is left out, and is for the caller
 * to filter.
 */
export const equalTo = (field: string, text: string): string[] =>
  isAskable(text) ? [`${field} = ${quoted(text)}`] : beginningWith(field, text);

/** The same for texts that begin so. */
export function beginningWith(field: string, text: string): string[] {
  const asked = isAskable(text) ? text : /^[^'"\\?]*/.exec(text)?.[0];
  return asked ? [`${field} STARTS_WITH ${quoted(asked)}`] : [];
}
