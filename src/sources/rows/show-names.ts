const shownNames = 20;
const shownCharacters = 80;

/** A column's name in quotes, cut off when it is long. */
export function showName(name: string): string {
  const text = JSON.stringify(name);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}

/** Names of columns in a row, at most 20 of them. */
export function showNames(names: readonly string[]): string {
  const shown = names.slice(0, shownNames).map(showName).join(', ');
  return names.length > shownNames ? `${shown} and ${names.length - shownNames} more` : shown;
}
