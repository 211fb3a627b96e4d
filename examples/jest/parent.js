// A workflow of somebody's own that has an import followed, and acts on how it ended.

const { ApplicationFailure } = require('@temporalio/workflow');
const { trackImport } = require('prism-imports/workflow');

/** Waits six hours at the most, and returns how many rows were imported; whatever else came of it is a failure. */
async function importedRows({ teamId, jobId }) {
  const outcome = await trackImport(
    { teamId, jobId, waitTimeout: '6h' },
    { workflowExecutionTimeout: '8 days' },
  );
  if (outcome.status === 'complete') return outcome.job.succeeded;
  throw ApplicationFailure.nonRetryable(`The import ${jobId} is ${outcome.status}`, 'ImportNotComplete');
}

module.exports = { importedRows };
