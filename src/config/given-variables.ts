/** The variables that are set; an empty one counts as not set. */
export function withoutEmpty(environment: Record<string, string | undefined>): Record<string, string> {
  const given = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  return Object.fromEntries(given);
}

/** Adds a program's values. A key given this way also replaces one in a file. */
export function withSaid(
  given: Record<string, string>,
  said: Record<string, string>,
): Record<string, string> {
  const replaced = Object.keys(said).flatMap((name) =>
    name === 'MICRO_API_KEY' ? [name, 'MICRO_API_KEY_FILE'] : [name],
  );
  const others = Object.entries(given).filter(([name]) => !replaced.includes(name));
  return { ...Object.fromEntries(others), ...said };
}
