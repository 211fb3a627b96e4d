import { neutralJson } from '../../core/details/neutral';

const shownNames = 20;
const shownCharacters = 60;

/** A column's name in quotes, truncated if long, with invisible characters escaped. */
export function showName(name: string): string {
  return name.length > shownCharacters
    ? `${neutralJson(name.slice(0, shownCharacters))}…`
    : neutralJson(name);
}

/** Lists names of columns, at most 20. */
export function showNames(names: readonly string[]): string {
  const shown = names.slice(0, shownNames).map(showName).join(', ');
  return names.length > shownNames ? `${shown} and ${names.length - shownNames} more` : shown;
}
