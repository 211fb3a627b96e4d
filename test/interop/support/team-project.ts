/** What a team has in its own project, in JavaScript, to be run with any Node. */

/** `workflows.js`: a parent of the team's own. */
export const teamWorkflows = `
const { trackImport } = require('prism-imports/workflow');
exports.parent = async (teamId, jobId) => {
  const end = await trackImport({ teamId, jobId, waitTimeout: '1m' });
  return end.status + ' ' + end.job.succeeded;
};
`;

/**
 * `team.js ADDRESS`: the emulator, a worker of ours by `prism-imports/testing`, and the team's worker with its parent,
 * all on the SDK of the project. Prints the Node it ran on and what the parent returned.
 */
export const teamProgram = `
const { randomUUID } = require('node:crypto');
const { Client, Connection } = require('@temporalio/client');
const { DefaultLogger, NativeConnection, Runtime, Worker } = require('@temporalio/worker');
const { startPrismEmulator, startTestWorker } = require('prism-imports/testing');
(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const address = process.argv[2];
  const emulator = await startPrismEmulator({ job: { duration: 300 } });
  const connection = await NativeConnection.connect({ address });
  const ours = await startTestWorker({ connection, baseUrl: emulator.baseUrl });
  const taskQueue = 'team-' + randomUUID();
  const worker = await Worker.create({ connection, taskQueue, workflowsPath: require.resolve('./workflows.js') });
  const client = new Client({ connection: await Connection.connect({ address }) });
  const jobId = await emulator.controller.createJob({ teamId: 'team', total: 25 });
  const options = { taskQueue, workflowId: randomUUID(), args: ['team', jobId] };
  const said = await worker.runUntil(client.workflow.execute('parent', options));
  console.log(process.version + ': ' + said);
  await ours.stop();
  await emulator.close();
  process.exit(0);
})();
`;
