/** Where the API key of a request comes from; `refused` is one that the API has just refused. */
export type KeySource = string | ((refused?: string) => string);

/** Keys that are still taken out of what servers say after others have come. */
const keptKeys = 16;

/** The keys of a client. */
export interface KeySupply {
  /** The key to send now. */
  next(): string;
  /** The key to try in place of one that was refused, or null when there is no other. */
  instead(refused: string): string | null;
  /** Those sent of late. */
  sent(): readonly string[];
}

/** Asks the source for each request, and remembers what was sent. */
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
