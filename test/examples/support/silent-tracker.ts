/** A tracker that is never heard of again, as one whose workers are gone. */
export function trackImport(): Promise<never> {
  return new Promise(() => undefined);
}
