import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';
import {
  baseSettings,
  kubernetes,
  manifest,
  manifestsIn,
  type Manifest,
  type Workload,
} from '../deploy/support/manifests';
import { kubeconform, kustomize } from './support/go-tool';
import { kedaScaler, kubernetesSchemas } from './support/kubernetes-schemas';

const run = promisify(execFile);
const built = [
  'Deployment',
  'Job',
  'Service',
  'ServiceAccount',
  'ConfigMap',
  'NetworkPolicy',
  'PodDisruptionBudget',
];

let folder: string;
let schemas: string;
let programs: { kubeconform: string; kustomize: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prism-kubernetes-'));
  programs = { kubeconform: await kubeconform(), kustomize: await kustomize() };
  schemas = await kubernetesSchemas(join(folder, 'schemas'), built);
}, 15 * 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What kustomize makes of a folder of the manifests. */
async function rendered(path: string, root = kubernetes): Promise<string> {
  const { stdout } = await run(programs.kustomize, ['build', join(root, path)], { env: withoutAccounts() });
  return stdout;
}

/** What kubeconform says of these, one line each. Rejects unless all are valid. */
async function validated(text: string): Promise<string[]> {
  const file = join(folder, 'rendered.yaml');
  await writeFile(file, text);
  const parameters = ['-strict', '-output', 'json', '-verbose', '-schema-location', schemas, file];
  const { stdout } = await run(programs.kubeconform, parameters).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
  const { resources } = JSON.parse(stdout) as { resources: { kind: string; status: string }[] };
  return resources.map(({ kind, status }) => `${kind} ${status}`).sort();
}

const ofKind = <T extends Manifest>(text: string, kind: string): T => {
  const found = manifestsIn(text).filter((each) => each.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] as T;
};

const overlays = ['own-server', 'temporal-cloud'];
const ofBase = ['ConfigMap', 'Deployment', 'Job', 'NetworkPolicy', 'PodDisruptionBudget', 'ServiceAccount'];

test.each([
  { path: 'base', more: [] },
  { path: 'overlays/own-server', more: ['ScaledObject', 'Service', 'ServiceMonitor'] },
  { path: 'overlays/temporal-cloud', more: ['Service', 'ServiceMonitor'] },
])('what kustomize makes of $path is what Kubernetes and its operators take', async ({ path, more }) => {
  const expected = [...ofBase, ...more].sort().map((kind) => `${kind} statusValid`);
  expect(await validated(await rendered(path))).toEqual(expected);
});

test('there is no overlay that no test renders', async () => {
  expect((await readdir(join(kubernetes, 'overlays'))).sort()).toEqual(overlays);
});

test.each([
  {
    what: 'a field that nobody knows',
    from: 'livenessProbe:',
    to: 'livelinessProbe:',
    says: 'livelinessProbe',
  },
  { what: 'another type', from: 'replicas: 2', to: 'replicas: two', says: 'replicas' },
  { what: 'an unknown field of another operator', from: 'jobLabel:', to: 'joblabel:', says: 'joblabel' },
  { what: 'a field given twice', from: 'replicas: 2', to: 'replicas: 2\n  replicas: 3', says: 'replicas' },
])('$what is refused', async ({ from, to, says }) => {
  const text = await rendered('overlays/temporal-cloud');
  expect(text).toContain(from);
  await expect(validated(text.replace(from, to))).rejects.toThrow(says);
});

test('what is rendered is what the test of the command lines runs', async () => {
  const text = await rendered('base');
  const config = ofKind(text, 'ConfigMap');
  expect(config.data).toEqual(baseSettings());
  for (const [kind, file] of [
    ['Deployment', 'deployment.yaml'],
    ['Job', 'setup-job.yaml'],
  ] as const) {
    const { spec } = ofKind<Workload>(text, kind);
    const [container] = spec.template.spec.containers;
    expect(container.envFrom).toEqual([{ configMapRef: { name: config.metadata.name } }]);
    const [ours] = manifest<Workload>('base', file).spec.template.spec.containers;
    expect({ ...container, envFrom: ours.envFrom }).toEqual(ours);
  }
});

test.each(overlays)(
  '%s names its image, namespace and settings, and keeps those of the base',
  async (name) => {
    const text = await rendered(`overlays/${name}`);
    const namespaces = manifestsIn(text).map(({ metadata }) => metadata.namespace);
    expect(new Set(namespaces)).toEqual(new Set(['prism-imports']));
    for (const kind of ['Deployment', 'Job']) {
      const [{ image }] = ofKind<Workload>(text, kind).spec.template.spec.containers;
      expect(image).toMatch(/^registry\.example\/prism-imports:\d/);
    }
    const { data = {} } = ofKind(text, 'ConfigMap');
    expect(data).toMatchObject({ MICRO_BASE_URL: baseSettings()['MICRO_BASE_URL'] });
    expect(data['PRISM_STORAGE']).toMatch(/^s3:/);
  },
);

test('the autoscaler alone says how many workers there are, and never none', async () => {
  const text = await rendered('overlays/own-server');
  expect(ofKind<Workload>(text, 'Deployment').spec).not.toHaveProperty('replicas');
  const { spec } = ofKind(text, 'ScaledObject');
  expect(spec).toMatchObject({ minReplicaCount: 1, scaleTargetRef: { name: 'prism-imports' } });
});

test('KEDA knows every setting that its trigger is given', async () => {
  const scaler = await kedaScaler();
  const known = [...scaler.matchAll(/keda:"name=(\w+)/g)].map(([, name]) => name);
  const { spec } = manifest('components', 'keda', 'scaled-object.yaml');
  const { triggers } = spec as { triggers: { type: string; metadata: Record<string, string> }[] };
  const given = triggers.flatMap(({ metadata }) => Object.keys(metadata));
  expect(triggers.map(({ type }) => type)).toEqual(['temporal']);
  expect(given.length).toBeGreaterThan(4);
  expect(given.filter((name) => !known.includes(name.replace(/FromEnv$/, '')))).toEqual([]);
});

test('with a client certificate, worker and setup have the files that their variables name', async () => {
  const copy = join(folder, 'copy');
  await cp(kubernetes, copy, { recursive: true });
  const file = join(copy, 'overlays', 'temporal-cloud', 'kustomization.yaml');
  const component = (name: string) => `  - ../../components/${name}\n`;
  const overlay = await readFile(file, 'utf8');
  await writeFile(
    file,
    overlay.replace(component('service-monitor'), component('service-monitor') + component('temporal-mtls')),
  );
  const text = await rendered('overlays/temporal-cloud', copy);
  expect(await validated(text)).toContain('Deployment statusValid');
  for (const kind of ['Deployment', 'Job']) {
    const { containers, volumes, securityContext } = ofKind<Workload>(text, kind).spec.template.spec;
    const [{ env, volumeMounts }] = containers;
    const volume = volumes.find(({ secret }) => secret?.secretName === 'prism-imports-temporal-tls');
    const mount = volumeMounts.find((each) => each.name === volume?.name);
    const paths = env.filter(({ name }) => name.startsWith('TEMPORAL_TLS_')).map(({ value }) => value);
    expect(paths).toEqual([`${mount?.mountPath}/tls.crt`, `${mount?.mountPath}/tls.key`]);
    expect(securityContext).toMatchObject({ fsGroup: 1000 });
  }
});
