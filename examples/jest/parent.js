// A workflow that waits for an import and acts on the outcome.

const { ApplicationFailure } = require('@temporalio/workflow');
const { trackImport } = require('prism-imports/workflow');

/** Waits at most six hours and returns how many rows were imported. Any status but `complete` fails the workflow. */
async function importedRows({ teamId, jobId }) {
  const outcome = await trackImport(
    { teamId, jobId, waitTimeout: '6h' },
    { workflowExecutionTimeout: '9 days' },
  );
  if (outcome.status === 'complete') return outcome.job.succeeded;
  throw ApplicationFailure.nonRetryable(`The import ${jobId} is ${outcome.status}`, 'ImportNotComplete');
}

module.exports = { importedRows };
