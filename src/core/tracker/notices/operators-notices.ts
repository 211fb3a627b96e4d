import { addOnce, maxSubscribers, readEntry, type Subscriber } from '../subscribers';

/**
 * Adds those whom the operator has told of every tracker of the team. What makes no sense, and what would be one too
 * many, is left out.
 */
export function addOperators(subscribers: Subscriber[], entries: unknown): void {
  for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
    const read = readEntry(entry, true);
    if (read !== null && 'webhook' in read && subscribers.length < maxSubscribers) addOnce(subscribers, read);
  }
}
