/** What the API allows a key (Micro's documentation of rate limits; the monthly number is that of the beta guide). */
export const keyLimits = { requestsPerSecond: 10, requestsPerMonth: 1000 } as const;
