import type { ImportRecordsInput } from './input';

/** Input of the workflow `importRecords`, as TypeScript callers write it. */
export type PublicImportRecordsInput = Omit<ImportRecordsInput, 'carried'>;
