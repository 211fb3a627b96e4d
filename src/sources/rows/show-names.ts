import { neutralJson } from '../../core/details/neutral';

const shownNames = 20;
const shownCharacters = 60;

/** A column's name in quotes, what cannot be seen escaped, cut off when it is long. */
export function showName(name: string): string {
  return name.length > shownCharacters
    ? `${neutralJson(name.slice(0, shownCharacters))}…`
    : neutralJson(name);
}

/** Names of columns in a row, at most 20 of them. */
export function showNames(names: readonly string[]): string {
  const shown = names.slice(0, shownNames).map(showName).join(', ');
  return names.length > shownNames ? `${shown} and ${names.length - shownNames} more` : shown;
}
