const shown = 3;
/** Maximum number of names to compare; more would take too long. */
const maxCompared = 2000;

/** A valid word, and another name for it. */
export interface KnownWord {
  word: string;
  label?: string | null | undefined;
}

/**
 * The words that somebody who wrote `given` may have meant, nearest first, at most three: those that differ only in
 * case and punctuation, then those within a few letters, then those that contain it or are contained in it.
 */
export function nearest(given: string, known: readonly KnownWord[]): string[] {
  const wanted = plain(given);
  if (wanted === '') return [];
  const found = known.slice(0, maxCompared).flatMap(({ word, label }) => {
    const distances = [word, label ?? ''].map((name) => distanceOf(wanted, plain(name)));
    const distance = Math.min(...distances);
    return distance === Infinity ? [] : [{ word, distance }];
  });
  const words = found.sort((one, other) => one.distance - other.distance).map(({ word }) => word);
  return [...new Set(words)].slice(0, shown);
}

const plain = (text: string): string =>
  text
    .slice(0, 60)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{Nd}]+/gu, '');

/** The distance between two words; infinite if one is hardly meant by the other. */
function distanceOf(wanted: string, name: string): number {
  if (name === '') return Infinity;
  if (name === wanted) return 0;
  const most = Math.min(3, Math.ceil(Math.max(wanted.length, name.length) / 4));
  if (Math.abs(wanted.length - name.length) <= most) {
    const edits = editDistance(wanted, name);
    if (edits <= most) return edits;
  }
  const [short, long] = wanted.length < name.length ? [wanted, name] : [name, wanted];
  return short.length >= 4 && long.includes(short) ? most + 1 : Infinity;
}

/** Number of letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, previous] = [previous, current];
  }
  return previous[other.length] ?? 0;
}
