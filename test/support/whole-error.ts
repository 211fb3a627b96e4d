import { inspect } from 'node:util';

/** Everything that an error could reveal: message, stack, JSON, causes, hidden and symbol properties. */
export function wholeError(error: unknown): string {
  const seen = new Set<unknown>();
  const parts: string[] = [inspect(error, { depth: null, showHidden: true })];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') parts.push(value);
    if (Buffer.isBuffer(value)) parts.push(value.toString());
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      return;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) {
      parts.push(String(key));
      walk((value as Record<PropertyKey, unknown>)[key]);
    }
  };
  walk(error);
  return [...parts, JSON.stringify(error)].join('\n');
}
