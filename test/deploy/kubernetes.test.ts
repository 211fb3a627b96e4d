import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shutdownGraceTime } from '../../src/worker-parts';
import { baseSettings, environmentOf, manifest, type Manifest, type Workload } from './support/manifests';

const root = join(__dirname, '..', '..');
const deployment = manifest<Workload>('base', 'deployment.yaml');
const setup = manifest<Workload>('base', 'setup-job.yaml');
const podOf = ({ spec }: Workload) => spec.template.spec;
const [worker] = podOf(deployment).containers;
const portOf = (name: string) => worker.ports?.find((port) => port.name === name)?.containerPort;

test.each([deployment, setup])(
  'no $kind can gain rights, take all memory or change its files',
  (workload) => {
    const pod = podOf(workload);
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    for (const { securityContext, resources, volumeMounts } of pod.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(Object.keys(resources.requests)).toEqual(['cpu', 'memory']);
      expect(resources.limits['memory']).toMatch(/^\d+[MG]i$/);
      const writable = volumeMounts.filter(({ readOnly }) => readOnly !== true);
      expect(writable.map(({ mountPath }) => mountPath)).toEqual(['/tmp']);
    }
  },
);

test('the image is that of this version, and runs as its own user', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  for (const workload of [deployment, setup])
    expect(podOf(workload).containers.map(({ image }) => image)).toEqual([`prism-imports:${version}`]);
  // 1000 is `node` in the images of Node.
  expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toMatch(/^USER node$/m);
});

test('a worker has longer to stop than the longest activity that nothing cancels', () => {
  const launch = readFileSync(join(root, 'src', 'workflows', 'pipeline', 'launch-batch.ts'), 'utf8');
  const [, launchSeconds] = /startToCloseTimeout: '(\d+) seconds'/.exec(launch) ?? [];
  const [graceSeconds = ''] = /^\d+(?= seconds$)/.exec(shutdownGraceTime) ?? [];
  const longest = Number(launchSeconds) + Number(graceSeconds);
  expect(podOf(deployment).terminationGracePeriodSeconds).toBeGreaterThan(longest);
});

test('a key is a file that follows its Secret, and no manifest holds one', () => {
  const { MICRO_API_KEY_FILE: path, ...others } = environmentOf(worker, baseSettings());
  expect(Object.keys(others)).not.toContain('MICRO_API_KEY');
  const volume = podOf(deployment).volumes.find(({ secret }) => secret?.secretName === 'prism-imports');
  const mount = worker.volumeMounts.find(({ name }) => name === volume?.name);
  expect(mount).not.toHaveProperty('subPath');
  expect(volume?.secret?.items.map((item) => `${mount?.mountPath}/${item.path}`)).toEqual([path]);
  const secrets = worker.env.filter(({ valueFrom }) => valueFrom !== undefined);
  expect(secrets).toEqual([
    {
      name: 'TEMPORAL_API_KEY',
      valueFrom: {
        secretKeyRef: { name: 'prism-imports-temporal', key: 'api-key', optional: true },
      },
    },
  ]);
});

test('no Service of the namespace sets variables that begin with PRISM_', () => {
  for (const workload of [deployment, setup]) expect(podOf(workload).enableServiceLinks).toBe(false);
});

test('probes and Prometheus find the ports that the worker listens at', () => {
  const environment = environmentOf(worker, baseSettings());
  expect(environment['PRISM_HEALTH_ADDRESS']).toBe(`0.0.0.0:${portOf('health')}`);
  expect(environment['PRISM_METRICS_ADDRESS']).toBe(`0.0.0.0:${portOf('metrics')}`);
  const service = manifest<Manifest>('components', 'service-monitor', 'service.yaml');
  expect(service.spec).toMatchObject({ ports: [{ name: 'metrics', port: portOf('metrics') }] });
  const policy = manifest<Manifest>('base', 'network-policy.yaml');
  expect(policy.spec).toMatchObject({ ingress: [{ ports: [{ port: portOf('metrics') }] }] });
});

test('only workers are counted, scraped and spread, and the policy is for the setup too', () => {
  const labels = deployment.spec.template.metadata.labels;
  const setupLabels = setup.spec.template.metadata.labels;
  const selectors = [
    deployment.spec.selector?.matchLabels,
    (manifest('base', 'pod-disruption-budget.yaml').spec as Workload['spec']).selector?.matchLabels,
    (manifest('components', 'service-monitor', 'service.yaml').spec as { selector: object }).selector,
  ];
  for (const selector of selectors) {
    expect(labels).toMatchObject(selector ?? { none: '' });
    expect(setupLabels).not.toMatchObject(selector ?? {});
  }
  const { podSelector } = manifest('base', 'network-policy.yaml').spec as {
    podSelector: { matchLabels: object };
  };
  for (const each of [labels, setupLabels]) expect(each).toMatchObject(podSelector.matchLabels);
});

test('the job of the metrics is the one that the alert on missing workers asks for', () => {
  const service = manifest('components', 'service-monitor', 'service.yaml');
  const monitor = manifest('components', 'service-monitor', 'service-monitor.yaml');
  const { jobLabel, selector } = monitor.spec as {
    jobLabel: string;
    selector: { matchLabels: Record<string, string> };
  };
  expect(service.metadata.labels).toMatchObject(selector.matchLabels);
  const alerts = readFileSync(join(root, 'dashboards', 'prometheus', 'alerts.yml'), 'utf8');
  expect(alerts).toContain(`job="${service.metadata.labels?.[jobLabel]}"`);
});
