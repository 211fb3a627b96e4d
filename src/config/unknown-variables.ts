/** Variables that tests and tools of this project read, in addition to the settings. */
const toolVariables = [
  'PRISM_TEMPORAL_CLI',
  'PRISM_TEMPORAL_TEST_SERVER',
  'PRISM_NEWER_TEMPORAL_CLI',
  'PRISM_CHROMIUM',
  'PRISM_PROMETHEUS',
  'PRISM_TCTL',
  'PRISM_VERSITYGW',
  'PRISM_TEST_REPORT',
  'PRISM_WRITE_DOCS',
];

/** Variables that Kubernetes sets in every container for a service named `prism-…` or `micro-…`. */
const ofKubernetes =
  /_(?:SERVICE_(?:HOST|PORT(?:_\w+)?)|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/;

const ours = /^(?:PRISM|MICRO)_/i;
const maxShown = 20;
const maxShownCharacters = 60;
/** A name that differs in more letters than this is another word. */
const maxDistance = 3;

/**
 * One line for each variable that looks like one of ours but is not: unknown names that start with `PRISM_` or
 * `MICRO_`, and names one or two letters away from one of `known`. Never reads values.
 */
export function unknownVariables(names: readonly string[], known: readonly string[]): string[] {
  const all = [...known, ...toolVariables];
  const lines = names.flatMap((name) => {
    if (all.includes(name) || ofKubernetes.test(name)) return [];
    const nearest = nearestOf(name, all);
    if (!ours.test(name) && (nearest === null || nearest.distance > 2)) return [];
    const shown = name.length > maxShownCharacters ? `${name.slice(0, maxShownCharacters)}…` : name;
    const hint = nearest === null ? '' : `; did you mean ${nearest.name}?`;
    return [`${shown} is set, but there is no such variable${hint}`];
  });
  const more = lines.length - maxShown;
  return more > 0 ? [...lines.slice(0, maxShown), `and ${more} more unknown variables are set`] : lines;
}

function nearestOf(name: string, known: readonly string[]): { name: string; distance: number } | null {
  const upper = name.toUpperCase();
  let best: { name: string; distance: number } | null = null;
  for (const candidate of known) {
    if (Math.abs(candidate.length - upper.length) > maxDistance) continue;
    const distance = distanceOf(upper, candidate);
    if (distance <= maxDistance && distance < (best?.distance ?? Infinity))
      best = { name: candidate, distance };
  }
  return best;
}

/** How many letters to add, remove, change or swap with their neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      next.push(least);
    }
    before = last;
    last = next;
  }
  return last[b.length] ?? 0;
}
