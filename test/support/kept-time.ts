import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { EmulatorOptions } from 'prism-emulator';
import { skipTime } from '../../src/dev/time-skipping';
import type { PrismOptions } from '../../src/prism/http';
import { timeOfWorkflows } from '../../src/testing/time-of-workflows';

/** How the workflows of a rig, its client of the API and its emulator come to one time. */
export interface KeptTime {
  emulator: Pick<EmulatorOptions, 'clock'>;
  api: Partial<PrismOptions>;
  /** To be called with every workflow that is started. */
  started(handle: WorkflowHandle): Promise<void>;
}

/**
 * The environment's clock; or, where workflows of a real server skip time, each one's own, which its requests tell the
 * emulator. `clockOfApi` then says what the API's clock shows at a time of theirs.
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

/** Options of rigs on time. */
export interface TimeOptions {
  skipsTime?: boolean;
  clockOfApi?: (ms: number) => number;
}
