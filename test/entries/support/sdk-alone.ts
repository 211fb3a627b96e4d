/** A workflows file whose bundle has of packages what those of all workflows have. */
export * from '@temporalio/workflow';
