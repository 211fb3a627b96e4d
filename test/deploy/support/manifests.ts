import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** A container of a manifest, as far as tests look at it. */
export interface Container {
  name: string;
  image: string;
  command?: string[];
  args: string[];
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; optional?: boolean } } }[];
  envFrom: { configMapRef: { name: string } }[];
  ports?: { name: string; containerPort: number }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  resources: Record<'requests' | 'limits', Record<string, string>>;
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}

/** A probe over HTTP. */
export interface Probe {
  httpGet: { path: string; port: string };
}

/** A pod of a manifest. */
interface Pod {
  terminationGracePeriodSeconds?: number;
  automountServiceAccountToken: boolean;
  enableServiceLinks: boolean;
  securityContext: Record<string, unknown>;
  containers: [Container];
  volumes: { name: string; emptyDir?: object; secret?: { secretName: string; items: { path: string }[] } }[];
}

/** Any object of Kubernetes. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec?: unknown;
  data?: Record<string, string>;
}

/** A Deployment or a Job. */
export interface Workload extends Manifest {
  spec: {
    replicas?: number;
    selector?: { matchLabels: Record<string, string> };
    template: { metadata: { labels: Record<string, string> }; spec: Pod };
  };
}

/** Where the manifests are. */
export const kubernetes = join(__dirname, '..', '..', '..', 'deploy', 'kubernetes');

/** The objects of a text in YAML. Throws for what is no YAML, or has a key twice. */
export const manifestsIn = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as Manifest;
  });

/** The only object of a file. */
export function manifest<T extends Manifest>(...path: string[]): T {
  const [first, ...others] = manifestsIn(readFileSync(join(kubernetes, ...path), 'utf8'));
  if (first === undefined || others.length > 0) throw new Error(`expected one object in ${path.join('/')}`);
  return first as T;
}

/** The settings that the base's ConfigMap is made of. */
export function baseSettings(): Record<string, string> {
  const lines = readFileSync(join(kubernetes, 'base', 'settings.env'), 'utf8').split('\n');
  return Object.fromEntries(
    lines
      .filter((line) => !/^\s*(#|$)/.test(line))
      .map((line): [string, string] => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)];
      }),
  );
}

/** The variables of a container as Kubernetes sets them, where no optional Secret is there. */
export function environmentOf(
  { env, envFrom }: Container,
  settings: Record<string, string>,
): Record<string, string> {
  const own = env.flatMap(({ name, value, valueFrom }): [string, string][] => {
    if (value !== undefined) return [[name, value]];
    if (valueFrom?.secretKeyRef.optional === true) return [];
    throw new Error(`${name} comes from where no test looks`);
  });
  return { ...(envFrom.length > 0 && settings), ...Object.fromEntries(own) };
}
