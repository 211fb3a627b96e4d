import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { composeModel, composeReader, composeService as service } from './support/compose-model';
import { only, parseDockerfile } from './support/dockerfile';
import type { GoProgram } from './support/go-program';

const root = join(__dirname, '..', '..');
const composeFile = join(root, 'docker-compose.yml');

const passwords = 'POSTGRES_PASSWORD=one\nGRAFANA_ADMIN_PASSWORD=other\n';

let reader: GoProgram;
let folder: string;

beforeAll(async () => {
  reader = await composeReader();
}, 600_000);
afterAll(() => reader?.close());

beforeEach(() => {
  // A folder of its own: the project's may hold somebody's .env.
  folder = mkdtempSync(join(tmpdir(), 'prism-imports-compose-'));
  copyFileSync(composeFile, join(folder, 'docker-compose.yml'));
  writeFileSync(join(folder, '.env'), passwords);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The file as Docker Compose understands it. */
const model = () => composeModel(reader, join(folder, 'docker-compose.yml'), join(folder, '.env'));

test('the file is what Docker Compose asks for, and it would say if it were not', async () => {
  expect(Object.keys((await model()).services).sort()).toEqual([
    'emulator',
    'grafana',
    'postgres',
    'prometheus',
    'search-attributes',
    'temporal',
    'temporal-namespace',
    'temporal-schema',
    'temporal-ui',
    'worker',
  ]);
  const broken = readFileSync(composeFile, 'utf8').replace('temporal-schema:\n', 'temporal-scheme:\n');
  writeFileSync(join(folder, 'docker-compose.yml'), broken);
  await expect(model()).rejects.toThrow('depends on undefined service "temporal-schema"');
});

test.each(['POSTGRES_PASSWORD', 'GRAFANA_ADMIN_PASSWORD'])('without %s nothing starts', async (name) => {
  const others = passwords.split('\n').filter((line) => !line.startsWith(name));
  for (const left of [others, [...others, `${name}=`]]) {
    writeFileSync(join(folder, '.env'), left.join('\n'));
    await expect(model()).rejects.toThrow(new RegExp(`${name}.*choose a password`, 's'));
  }
});

test('no password stands in the file', async () => {
  const { services } = await model();
  const given = Object.values(services).flatMap(({ environment = {} }) =>
    Object.entries(environment).filter(([key]) => /PASSWORD|_PWD$/.test(key)),
  );
  expect(given.map(([, value]) => value).sort()).toEqual(['one', 'one', 'one', 'other']);
});

test('no service can gain rights, take all memory, or change its image, but for one that writes its settings', async () => {
  const { services } = await model();
  for (const [name, given] of Object.entries(services)) {
    const { cap_drop, security_opt, privileged, mem_limit } = given;
    expect({ name, cap_drop, security_opt, privileged }).toEqual({
      name,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(Number(mem_limit)).toBeLessThanOrEqual(1024 ** 3);
    expect(given.tmpfs).toContain('/tmp');
  }
  const writable = Object.entries(services).filter(([, { read_only }]) => read_only !== true);
  expect(writable.map(([name]) => name)).toEqual(['temporal-ui']);
});

test('images are pinned by their digests, but for those of Temporal', async () => {
  const images = Object.values((await model()).services).map(({ image }) => image);
  const loose = images.filter((image) => !/@sha256:[\da-f]{64}$/.test(image));
  expect([...new Set(loose)].map((image) => image.replace(/:.*/, '')).sort()).toEqual([
    'prism-imports',
    'temporalio/admin-tools',
    'temporalio/server',
    'temporalio/ui',
  ]);
});

test('with passwords alone the worker speaks to the emulator', async () => {
  expect(service(await model(), 'worker').environment).toMatchObject({
    MICRO_API_KEY: 'emulator-key',
    MICRO_BASE_URL: 'http://emulator:8787',
    TEMPORAL_ADDRESS: 'temporal:7233',
  });
});

test('.env.example filled in makes it speak to a real workspace', async () => {
  const example = readFileSync(join(root, '.env.example'), 'utf8');
  const filledIn = example
    .replace(/^(POSTGRES_PASSWORD|GRAFANA_ADMIN_PASSWORD)=$/gm, '$1=secret')
    .replace(/^# (MICRO_API_KEY)=$/m, '$1=the-key')
    .replace(/^# (MICRO_BASE_URL=)/m, '$1');
  writeFileSync(join(folder, '.env'), filledIn);
  expect(service(await model(), 'worker').environment).toMatchObject({
    MICRO_API_KEY: 'the-key',
    MICRO_BASE_URL: 'https://developers.micro.so',
  });
});

test('every image has a full version, and ours is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const images = Object.values((await model()).services).map(({ image }) => image);
  for (const image of images) expect(image).toMatch(/:v?\d+\.\d+/);
  expect(images.filter((image) => image.startsWith('prism-imports:'))).toEqual(
    Array<string>(3).fill(`prism-imports:${version}`),
  );
  expect(images.join()).not.toContain('auto-setup');
});

test('nothing starts before what it needs is there', async () => {
  const given = await model();
  const needs = Object.fromEntries(
    Object.entries(given.services).map(([name, { depends_on = {} }]) => [
      name,
      Object.entries(depends_on).map(([other, { condition }]) => `${other} ${condition}`),
    ]),
  );
  expect(needs).toEqual({
    postgres: [],
    'temporal-schema': ['postgres service_healthy'],
    temporal: ['temporal-schema service_completed_successfully'],
    'temporal-namespace': ['temporal service_healthy'],
    'temporal-ui': ['temporal service_healthy'],
    'search-attributes': ['temporal-namespace service_completed_successfully'],
    emulator: [],
    worker: ['emulator service_healthy', 'search-attributes service_completed_successfully'],
    prometheus: [],
    grafana: [],
  });
});

test('whatever others wait for to be healthy has a health check, and the worker has the one of its image', async () => {
  const given = await model();
  const conditions = Object.values(given.services).flatMap(({ depends_on = {} }) =>
    Object.entries(depends_on),
  );
  const healthy = conditions.filter(([, { condition }]) => condition === 'service_healthy');
  for (const [name] of healthy) expect(service(given, name).healthcheck?.test).toBeDefined();
  const stages = parseDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  expect(only(stages[1] ?? { image: '', name: null, instructions: [] }, 'HEALTHCHECK')).toContain(
    'worker-health',
  );
});

test('ports are open to this machine only, and what must last is in named volumes', async () => {
  const given = await model();
  const ports = Object.values(given.services).flatMap(({ ports = [] }) => ports);
  expect(ports.map(({ host_ip, published }) => `${host_ip}:${published}`).sort()).toEqual([
    '127.0.0.1:3000',
    '127.0.0.1:7233',
    '127.0.0.1:8080',
    '127.0.0.1:8787',
    '127.0.0.1:9090',
  ]);
  const volumes = Object.values(given.services).flatMap(({ volumes = [] }) => volumes);
  const named = volumes.filter(({ type }) => type === 'volume').map(({ source }) => source);
  expect(named.sort()).toEqual(['postgres', 'prometheus', 'storage']);
  expect(Object.keys(given.volumes).sort()).toEqual(['postgres', 'prometheus', 'storage']);
});

test('services that should go on come back by themselves', async () => {
  const given = await model();
  const lasting = ['postgres', 'temporal', 'temporal-ui', 'emulator', 'worker', 'prometheus', 'grafana'];
  for (const name of lasting) {
    expect(service(given, name).restart).toBe('unless-stopped');
  }
});

test('what services read of this project is there, and read-only', async () => {
  const mounted = Object.values((await model()).services)
    .flatMap(({ volumes = [] }) => volumes)
    .filter(({ type }) => type === 'bind');
  const paths = mounted.map(({ source }) => relative(folder, source));
  expect(paths).toEqual(expect.arrayContaining(['deploy/temporal', 'dashboards/prometheus']));
  for (const path of paths)
    expect({ path, isThere: existsSync(join(root, path)) }).toEqual({ path, isThere: true });
  for (const { read_only } of mounted) expect(read_only).toBe(true);
});

test('Prometheus asks the worker where it serves its metrics, and Grafana asks Prometheus', async () => {
  const given = await model();
  const [, port] = service(given, 'worker').environment?.['PRISM_METRICS_ADDRESS']?.split(':') ?? [];
  const scraped = readFileSync(join(root, 'dashboards/prometheus/prometheus.yml'), 'utf8');
  expect(scraped).toContain('names: [worker]');
  expect(scraped).toContain(`port: ${port}\n`);
  const source = readFileSync(
    join(root, 'dashboards/grafana/provisioning/datasources/prometheus.yml'),
    'utf8',
  );
  expect(source).toContain('url: http://prometheus:9090\n');
});

test('where the documents are is said once, to the worker and to the alerts', async () => {
  writeFileSync(join(folder, '.env'), `${passwords}PRISM_DOCS_URL=https://wiki.example/prism\n`);
  const given = await model();
  for (const name of ['worker', 'prometheus'])
    expect(service(given, name).environment).toMatchObject({ PRISM_DOCS_URL: 'https://wiki.example/prism' });
});

test('Prometheus keeps its data in the volume, for longer than any rule looks back', async () => {
  const { command, volumes = [] } = service(await model(), 'prometheus');
  const flag = (name: string) => command?.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? '';
  const volume = volumes.find(({ type }) => type === 'volume');
  expect(flag('storage.tsdb.path')).toBe(volume?.target);
  const rules = readFileSync(join(root, 'dashboards/prometheus/recording.yml'), 'utf8');
  const days = [...rules.matchAll(/\[(\d+)d\]/g)].map(([, number]) => Number(number));
  expect(parseInt(flag('storage.tsdb.retention.time'), 10)).toBeGreaterThan(Math.max(...days));
});

test('Grafana finds the dashboard where its provisioning and its home page look for it', async () => {
  const { environment = {}, volumes = [] } = service(await model(), 'grafana');
  const inProject = (path: string) => {
    const mount = volumes.find(({ target }) => path.startsWith(target));
    return mount && join(root, relative(folder, mount.source), relative(mount.target, path));
  };
  const home = inProject(environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'] ?? '') ?? 'not mounted';
  expect(JSON.parse(readFileSync(home, 'utf8'))).toMatchObject({ uid: 'prism-imports' });
  const provider = inProject('/etc/grafana/provisioning/dashboards/prism-imports.yml') ?? 'not mounted';
  expect(readFileSync(provider, 'utf8')).toContain('path: /dashboards\n');
});
