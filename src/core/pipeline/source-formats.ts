/** The formats that a source can have. */
export const sourceFormats = ['csv', 'ndjson', 'json'] as const;
export type SourceFormat = (typeof sourceFormats)[number];

/** How the lines of a text end: with LF or CRLF, with CR alone, or with CR CR LF. */
export const lineEnds = ['lf', 'cr', 'crcrlf'] as const;
export type LineEnd = (typeof lineEnds)[number];

/** What becomes of rows that are equal to the header. */
export const repeatedHeaders = ['skip', 'keep'] as const;
export type RepeatedHeaders = (typeof repeatedHeaders)[number];

/** How a line ends that is written to go with those of a text. */
export const lineEndTexts: Record<LineEnd, string> = { lf: '\n', cr: '\r', crcrlf: '\r\r\n' };

/** The delimiter of a CSV whose lines are one cell each: a row that holds it is malformed anyway. */
export const noDelimiter = '\0';
