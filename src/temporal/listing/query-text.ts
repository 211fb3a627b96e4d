/**
 * Characters that servers read differently in the literals of a query: SQLite under server 1.29.1 finds no double
 * quotes or backslashes, PostgreSQL takes a question mark for a parameter, and every server drops single quotes at
 * either end.
 */
const readDifferently = /["\\?]|^'|'$/;

/** Whether every server reads a text in a query unchanged. */
export const isAskable = (text: string): boolean => !readDifferently.test(text);

/** A text as a literal of a query. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Clauses that match at least the entries with this text in a field. Empty if a query cannot express the text; the
 * caller must filter.
 */
export const equalTo = (field: string, text: string): string[] =>
  isAskable(text) ? [`${field} = ${quoted(text)}`] : beginningWith(field, text);

/** The same for texts that start with this. */
export function beginningWith(field: string, text: string): string[] {
  const asked = isAskable(text) ? text : /^[^'"\\?]*/.exec(text)?.[0];
  return asked ? [`${field} STARTS_WITH ${quoted(asked)}`] : [];
}
