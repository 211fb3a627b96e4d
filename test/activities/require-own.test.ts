import type { Client } from '@temporalio/client';
import { requireOwn } from '../../src/activities/require-own';
import { quietEnvironment } from './support/activity-rig';

test('a server that never answers is asked for five seconds, and nothing was sent', async () => {
  const deadlines: number[] = [];
  const client = {
    withAbortSignal: <T>(_: AbortSignal, run: () => T) => run(),
    withDeadline: (deadline: number) => {
      deadlines.push(deadline);
      return new Promise<never>(() => undefined);
    },
  } as unknown as Client;
  const workflowExecution = { workflowId: 'w', runId: 'silent' };
  const environment = quietEnvironment({ workflowExecution }, client);
  const began = Date.now();
  const asked = environment.run(() => requireOwn('startImport', {}));
  await expect(asked).rejects.toMatchObject({
    type: 'StorageUnavailable',
    message: expect.stringContaining('no answer within 5 s') as string,
    details: [{ status: null }],
  });
  expect(Date.now() - began).toBeLessThan(20_000);
  expect(deadlines[0]).toBeLessThanOrEqual(began + 6000);
}, 30_000);
