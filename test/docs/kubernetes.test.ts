import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { withoutAccounts } from '../../src/config/config';
import { temporalCli } from '../../src/dev/temporal-cli';
import { searchAttributes } from '../../src/workflows/messages';
import { manifest, type Workload } from '../deploy/support/manifests';
import { startDevServer } from '../support/temporal';

const pageOf = (name: string) => readFileSync(join(__dirname, '..', '..', 'docs', name), 'utf8');
const page = pageOf('kubernetes.md');
const cloud = pageOf('temporal-cloud.md');

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startDevServer();
});
afterAll(() => server?.teardown());

test('the lines of `temporal` in docs/kubernetes.md tell the backlog', async () => {
  const lines = [...page.matchAll(/^temporal .*$/gm)].map(([line]) => line);
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    const { stdout } = await promisify(execFile)('sh', ['-ec', line], {
      env: {
        ...withoutAccounts(),
        PATH: [dirname((await temporalCli()).path), process.env['PATH']].join(delimiter),
        TEMPORAL_ADDRESS: server.address,
      },
    });
    for (const name of page.match(/Approximate\w+/g) ?? []) expect(stdout).toContain(name);
  }
});

test('docs/kubernetes.md states what the manifests set', () => {
  const { spec } = manifest<Workload>('base', 'deployment.yaml');
  const [{ livenessProbe, readinessProbe, resources }] = spec.template.spec.containers;
  const stated: Record<string, string | undefined> = Object.fromEntries(
    [...page.matchAll(/^\| (.+?) +\| (.+?) +\| .*\|$/gm)].map(
      ([, setting = '', value]): [string, string | undefined] => [setting, value],
    ),
  );
  expect(stated).toMatchObject({
    '`replicas`': String(spec.replicas),
    '`terminationGracePeriodSeconds`': String(spec.template.spec.terminationGracePeriodSeconds),
    '`livenessProbe`, `startupProbe`': `\`${livenessProbe?.httpGet.path}\``,
    '`readinessProbe`': `\`${readinessProbe?.httpGet.path}\``,
    'memory requested': resources.requests['memory']?.replace('Mi', ' MiB'),
    'memory limit': resources.limits['memory']?.replace('Gi', ' GiB'),
  });
});

test('docs/temporal-cloud.md adds every search attribute with its type, and no other', () => {
  const added = [...cloud.matchAll(/--search-attribute "(\w+)=(\w+)"/g)].map(([, name, type]) => ({
    name,
    type: type?.toUpperCase(),
  }));
  expect(added).toEqual(searchAttributes.map(({ name, type }) => ({ name, type })));
});

test('docs/temporal-cloud.md has the figures of docs/cost.md', () => {
  const figures = (text: string, actionsAt: number) =>
    [...text.matchAll(/^\| (3 minutes|30 minutes|6 days, 23 hours) +\|(.*)\|$/gm)].map(
      ([, what, rest = '']) => {
        const cells = rest.split('|').map((cell) => cell.trim());
        return [what, cells[0], cells[actionsAt]];
      },
    );
  expect(figures(cloud, 1)).toHaveLength(3);
  expect(figures(cloud, 1)).toEqual(figures(pageOf('cost.md'), 2));
});
