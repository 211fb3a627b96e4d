import { addOnce, maxSubscribers, readEntry, type Subscriber } from '../subscribers';

/**
 * Adds the webhooks that the operator has configured for every tracker of the team. Skips malformed entries, and those
 * beyond the maximum.
 */
export function addOperators(subscribers: Subscriber[], entries: unknown): void {
  for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
    const read = readEntry(entry, true);
    if (read !== null && 'webhook' in read && subscribers.length < maxSubscribers) addOnce(subscribers, read);
  }
}
