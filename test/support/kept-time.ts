import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { EmulatorOptions } from 'prism-emulator';
import { skipTime } from '../../src/dev/time-skipping';
import type { PrismOptions } from '../../src/prism/http';
import { timeOfWorkflows } from '../../src/testing/time-of-workflows';

/** How the workflows of a rig, its API client and its emulator share one time. */
export interface KeptTime {
  emulator: Pick<EmulatorOptions, 'clock'>;
  api: Partial<PrismOptions>;
  /** Call it with every workflow that is started. */
  started(handle: WorkflowHandle): Promise<void>;
}

/**
 * The environment's clock. If workflows of a real server skip time, each workflow's own clock, which its requests send
 * to the emulator; `clockOfApi` then returns what the API's clock shows at a workflow's time.
 */
export function keptTime(
  env: TestWorkflowEnvironment,
  { skipsTime = false, clockOfApi = (ms) => ms }: TimeOptions,
): KeptTime {
  if (!skipsTime) {
    return { emulator: { clock: () => env.currentTimeMs() }, api: {}, started: () => Promise.resolve() };
  }
  const emulatorTime = () => clockOfApi(timeOfWorkflows.emulatorTime());
  return {
    emulator: { clock: 'header' },
    api: { ...timeOfWorkflows, emulatorTime },
    started: ({ workflowId }) => skipTime(env.client, { workflowId }),
  };
}

/** Time options of rigs. */
export interface TimeOptions {
  skipsTime?: boolean;
  clockOfApi?: (ms: number) => number;
}
