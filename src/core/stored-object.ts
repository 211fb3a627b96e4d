import { z } from 'zod';

/** A stored object: its URI (`file:///…` or `s3://…`), size and hash (lower-case hex). */
export const storedObjectSchema = z.object({ uri: z.string(), bytes: z.number(), sha256: z.string() });
export type StoredObject = z.infer<typeof storedObjectSchema>;

/** A reference to stored row results: NDJSON, one result per line, in the API's order. */
export const resultsRefSchema = storedObjectSchema.extend({ rows: z.number() });
export type ResultsRef = z.infer<typeof resultsRefSchema>;
