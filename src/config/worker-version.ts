import type { Checked } from '../core/validation';
import { oneProblem } from './config-error';
import type { VersioningBehaviorName } from './variables';

/** The version of a deployment that a worker belongs to, for Temporal's Worker Versioning. */
export interface WorkerVersion {
  /** `TEMPORAL_DEPLOYMENT_NAME`. */
  deploymentName: string;
  /** `TEMPORAL_WORKER_BUILD_ID`. */
  buildId: string;
  /** `PRISM_VERSIONING_BEHAVIOR`, as the SDK has it; default `AUTO_UPGRADE`. */
  behavior: (typeof behaviors)[VersioningBehaviorName];
}

const behaviors = { 'auto-upgrade': 'AUTO_UPGRADE', pinned: 'PINNED' } as const;

/** The variables that it comes from, checked one by one. */
interface VersionVariables {
  TEMPORAL_DEPLOYMENT_NAME?: string | undefined;
  TEMPORAL_WORKER_BUILD_ID?: string | undefined;
  PRISM_VERSIONING_BEHAVIOR: VersioningBehaviorName;
}

/** Puts the version together, null where none is named; a problem where it is named by halves. */
export function checkWorkerVersion(variables: VersionVariables): Checked<WorkerVersion | null> {
  const { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId } = variables;
  if (deploymentName === undefined && buildId === undefined) return { ok: true, value: null };
  if (deploymentName === undefined)
    return oneProblem('TEMPORAL_DEPLOYMENT_NAME', 'nothing', 'a name beside TEMPORAL_WORKER_BUILD_ID');
  if (buildId === undefined)
    return oneProblem('TEMPORAL_WORKER_BUILD_ID', 'nothing', 'an id beside TEMPORAL_DEPLOYMENT_NAME');
  const behavior = behaviors[variables.PRISM_VERSIONING_BEHAVIOR];
  return { ok: true, value: { deploymentName, buildId, behavior } };
}
