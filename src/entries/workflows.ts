/** The workflows, for the workflows file of a team's own worker: `export * from 'prism-imports/workflows'`. */
export { cleanStorage, deliverNotice, importRecords, trackImport } from '../workflows';
