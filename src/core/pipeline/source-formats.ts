/** The formats that a source can have. */
export const sourceFormats = ['csv', 'ndjson'] as const;
export type SourceFormat = (typeof sourceFormats)[number];
