/** All text in a server's answer: every string, and the bytes of every payload in an encoding, at any depth. */
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
