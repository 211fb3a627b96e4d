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
      namespace: process.env['TEMPORAL_NAMESPACE'] ?? 'default',
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
  // Threads of a worker that has failed would keep the process alive.
  process.exit(1);
});
