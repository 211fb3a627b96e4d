/** The worker of a team, on the task queue `team`. The environment says the key of the API, and more. */
import { NativeConnection, Worker } from '@temporalio/worker';
import { PrismImportsPlugin } from 'prism-imports';

async function main(): Promise<void> {
  const connection = await NativeConnection.connect({
    address: process.env['TEMPORAL_ADDRESS'] ?? 'localhost',
  });
  try {
    const worker = await Worker.create({
      connection,
      taskQueue: 'team',
      workflowsPath: require.resolve('./workflows'),
      plugins: [new PrismImportsPlugin()],
    });
    await worker.run();
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
