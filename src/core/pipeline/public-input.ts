import type { ImportRecordsInput } from './input';

/** Input of the workflow `importRecords` as programs in TypeScript write it. */
export type PublicImportRecordsInput = Omit<ImportRecordsInput, 'carried'>;
