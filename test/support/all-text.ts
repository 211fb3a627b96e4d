/** All text in what a server answered: every string, and every payload's bytes read in an encoding, wherever it is. */
export function allText(value: unknown, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  const parts: string[] = [];
  const seen = new Set<object>();
  const walk = (each: unknown): void => {
    if (typeof each === 'string') parts.push(each);
    if (typeof each !== 'object' || each === null || seen.has(each)) return;
    seen.add(each);
    if (each instanceof Uint8Array) parts.push(Buffer.from(each).toString(encoding));
    else for (const part of Object.entries(each).flat() as unknown[]) walk(part);
  };
  walk(value);
  return parts.join('\n');
}
