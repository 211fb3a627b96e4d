import type { Checked } from '../core/validation';
import { oneProblem } from './config-error';
import type { VersioningBehaviorName } from './variables';

/** The deployment version of a worker, for Temporal's Worker Versioning. */
export interface WorkerVersion {
  /** `TEMPORAL_DEPLOYMENT_NAME`. */
  deploymentName: string;
  /** `TEMPORAL_WORKER_BUILD_ID`. */
  buildId: string;
  /** `PRISM_VERSIONING_BEHAVIOR`, in the SDK's words; default `AUTO_UPGRADE`. */
  behavior: (typeof behaviors)[VersioningBehaviorName];
}

const behaviors = { 'auto-upgrade': 'AUTO_UPGRADE', pinned: 'PINNED' } as const;

/** The variables behind it, each already checked. */
interface VersionVariables {
  TEMPORAL_DEPLOYMENT_NAME?: string | undefined;
  TEMPORAL_WORKER_BUILD_ID?: string | undefined;
  PRISM_VERSIONING_BEHAVIOR: VersioningBehaviorName;
}

/** Combines the version; null if no variable names one, a problem if only part of it is named. */
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
