/** The variables that are set; an empty one counts as not set. */
export function withoutEmpty(environment: Record<string, string | undefined>): Record<string, string> {
  const given = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  return Object.fromEntries(given);
}

/** Adds the values that a program passes. A key given this way also replaces one in a file. */
export function withOverrides(
  given: Record<string, string>,
  overrides: Record<string, string>,
): Record<string, string> {
  const replaced = Object.keys(overrides).flatMap((name) =>
    name === 'MICRO_API_KEY' ? [name, 'MICRO_API_KEY_FILE'] : [name],
  );
  const others = Object.entries(given).filter(([name]) => !replaced.includes(name));
  return { ...Object.fromEntries(others), ...overrides };
}
