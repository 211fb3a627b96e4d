/** The formats of sources. */
export const sourceFormats = ['csv', 'ndjson', 'json'] as const;
export type SourceFormat = (typeof sourceFormats)[number];

/** The line ends of a text: LF or CRLF (`lf`), CR alone, or CR CR LF. */
export const lineEnds = ['lf', 'cr', 'crcrlf'] as const;
export type LineEnd = (typeof lineEnds)[number];

/** What to do with rows that are equal to the header. */
export const repeatedHeaders = ['skip', 'keep'] as const;
export type RepeatedHeaders = (typeof repeatedHeaders)[number];

/** The line end to write in a text with these line ends. */
export const lineEndTexts: Record<LineEnd, string> = { lf: '\n', cr: '\r', crcrlf: '\r\r\n' };

/** The delimiter of a CSV in which each line is one cell. A row that contained it would be malformed anyway. */
export const noDelimiter = '\0';
