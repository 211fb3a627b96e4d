/** What the API allows per key (Micro's documentation of rate limits; the monthly number is from the beta guide). */
export const keyLimits = { requestsPerSecond: 10, requestsPerMonth: 1000 } as const;

/** Longest time the API keeps an asynchronous import, in milliseconds: 7 days (API reference, `prism.imports.get`). */
export const retentionMs = 7 * 86_400_000;
