export { cleanStorage } from './clean-storage';
export { deliverNotice } from './deliver-notice';
export { importRecords } from './import-records';
export { trackImport } from './track-import';
