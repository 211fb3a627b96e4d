/** The formats that a source can have. */
export const sourceFormats = ['csv', 'ndjson', 'json'] as const;
export type SourceFormat = (typeof sourceFormats)[number];

/** How the lines of a text end: with LF or CRLF, with CR alone, or with CR CR LF. */
export const lineEnds = ['lf', 'cr', 'crcrlf'] as const;
export type LineEnd = (typeof lineEnds)[number];

/** What becomes of rows that are equal to the header. */
export const repeatedHeaders = ['skip', 'keep'] as const;
export type RepeatedHeaders = (typeof repeatedHeaders)[number];
