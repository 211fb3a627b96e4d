/** The source of the API key for a request. `refused` is a key that the API has just refused. */
export type KeySource = string | ((refused?: string) => string);

/** How many keys are removed from servers' texts, including replaced ones. */
const keptKeys = 16;

/** The keys of a client. */
export interface KeySupply {
  /** The key to send now. */
  next(): string;
  /** The key to use instead of a refused one, or null if there is no other. */
  instead(refused: string): string | null;
  /** The keys sent recently. */
  sent(): readonly string[];
}

/** Gets the key from the source for each request, and remembers the keys sent. */
export function createKeySupply(source: KeySource): KeySupply {
  const sent: string[] = [];
  const take = (refused?: string) => {
    const key = typeof source === 'string' ? source : source(refused);
    if (!sent.includes(key)) sent.push(key);
    if (sent.length > keptKeys) sent.shift();
    return key;
  };
  return {
    next: () => take(),
    instead(refused) {
      const key = take(refused);
      return key === refused ? null : key;
    },
    sent: () => sent,
  };
}
