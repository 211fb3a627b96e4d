/** Runs a worker and one parent: node await-import-main.js TEAM JOB */
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { myPipeline } from './await-import';

async function main([teamId = '', jobId = '']: string[]): Promise<void> {
  const [address, taskQueue] = [process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233', 'my-pipeline'];
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowsPath: require.resolve('./await-import'),
  });
  const client = new Client({ connection: await Connection.connect({ address }) });
  const workflowId = `my-pipeline/${jobId}`;
  const end = await worker.runUntil(
    client.workflow.execute(myPipeline, { args: [teamId, jobId], workflowId, taskQueue }),
  );
  process.stdout.write(`${JSON.stringify(end)}\n`);
}

void main(process.argv.slice(2)).then(() => process.exit());
