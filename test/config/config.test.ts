import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { loadConfig, loadToolSettings, withoutAccounts, type Environment } from '../../src/config/config';
import { ConfigError } from '../../src/config/config-error';
import { storageForm } from '../../src/ports/object-uri';

const folder = mkdtempSync(join(tmpdir(), 'prism-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Nothing of the machine's own: no temporal.toml, no variable. */
const load = (environment: Environment) => loadConfig({ HOME: folder, ...environment });

function problemsOf(environment: Environment) {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('an empty environment gives the documented defaults', () => {
  const config = load({});
  expect(config).toMatchObject({
    micro: { baseUrl: 'https://developers.micro.so', teamId: null },
    temporal: { address: 'localhost:7233', namespace: 'default' },
    taskQueue: 'prism-imports',
    requestsPerSecond: 10,
    storage: null,
    s3Endpoint: null,
    metricsAddress: null,
    healthAddress: null,
    requestsPerMonth: 1000,
    tracing: null,
    logLevel: 'info',
    maxResponseBytes: 1_073_741_824,
    maxCachedWorkflows: null,
  });
  expect(config.micro.apiKey()).toBeNull();
  expect(config.micro.customHeaders()).toEqual({});
  expect(config.secrets()).toEqual([]);
});

test('every variable is read', () => {
  const config = load({
    MICRO_API_KEY: 'first-key',
    MICRO_BASE_URL: 'http://127.0.0.1:8080/prefix/',
    MICRO_CUSTOM_HEADERS: 'X-One: 1\nX-Two: a:b',
    MICRO_TEAM_ID: 'team',
    TEMPORAL_ADDRESS: '[::1]:7234',
    TEMPORAL_NAMESPACE: 'imports',
    TEMPORAL_API_KEY: 'key-2',
    PRISM_UI_ADDRESS: 'https://ui.example/temporal/',
    PRISM_DOCS_URL: 'https://wiki.example/prism',
    PRISM_TASK_QUEUE: 'queue',
    PRISM_REQUESTS_PER_SECOND: '2.5',
    PRISM_STORAGE: 's3://bucket/some/prefix',
    PRISM_METRICS_ADDRESS: '0.0.0.0:9464',
    PRISM_HEALTH_ADDRESS: '0.0.0.0:9465',
    PRISM_REQUESTS_PER_MONTH: '50000',
    PRISM_LOG_LEVEL: 'DEBUG',
    PRISM_MAX_RESPONSE_BYTES: '1048576',
    PRISM_MAX_CACHED_WORKFLOWS: '250',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:7070',
  });
  expect(config).toMatchObject({
    micro: { baseUrl: 'http://127.0.0.1:8080/prefix', teamId: 'team' },
    temporal: { address: '[::1]:7234', namespace: 'imports' },
    links: { uiAddress: 'https://ui.example/temporal', docsUrl: 'https://wiki.example/prism' },
    taskQueue: 'queue',
    requestsPerSecond: 2.5,
    storage: 's3://bucket/some/prefix',
    s3Endpoint: 'http://127.0.0.1:7070',
    metricsAddress: '0.0.0.0:9464',
    healthAddress: '0.0.0.0:9465',
    requestsPerMonth: 50_000,
    logLevel: 'debug',
    maxResponseBytes: 1_048_576,
    maxCachedWorkflows: 250,
  });
  expect(config.micro.customHeaders()).toEqual({ 'x-one': '1', 'x-two': 'a:b' });
  expect(config.temporal.connectionOptions()).toMatchObject({ address: '[::1]:7234', apiKey: 'key-2' });
  expect(config.secrets()).toEqual(['first-key', 'key-2']);
});

test.each([
  { environment: { OTEL_TRACES_EXPORTER: 'otlp' }, tracing: { serviceName: 'prism-imports' } },
  {
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_SERVICE_NAME: 'imports' },
    tracing: { serviceName: 'imports' },
  },
  {
    environment: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/v1/traces' },
    tracing: { serviceName: 'prism-imports' },
  },
  { environment: { OTEL_SERVICE_NAME: 'imports' }, tracing: null },
  { environment: { OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'TRUE' }, tracing: null },
  {
    environment: { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
    tracing: null,
  },
])('with $environment tracing is $tracing', ({ environment, tracing }) => {
  expect(load(environment).tracing).toEqual(tracing);
});

test.each([
  { environment: {}, workerVersion: null },
  {
    environment: { TEMPORAL_DEPLOYMENT_NAME: 'imports/worker', TEMPORAL_WORKER_BUILD_ID: 'v1.2-8f3' },
    workerVersion: { deploymentName: 'imports/worker', buildId: 'v1.2-8f3', behavior: 'AUTO_UPGRADE' },
  },
  {
    environment: {
      TEMPORAL_DEPLOYMENT_NAME: 'worker',
      TEMPORAL_WORKER_BUILD_ID: '1',
      PRISM_VERSIONING_BEHAVIOR: 'pinned',
    },
    workerVersion: { deploymentName: 'worker', buildId: '1', behavior: 'PINNED' },
  },
])('with $environment the version of a worker is $workerVersion', ({ environment, workerVersion }) => {
  expect(load(environment).workerVersion).toEqual(workerVersion);
});

test.each([
  [{ TEMPORAL_DEPLOYMENT_NAME: 'worker' }, 'TEMPORAL_WORKER_BUILD_ID'],
  [{ TEMPORAL_WORKER_BUILD_ID: '1' }, 'TEMPORAL_DEPLOYMENT_NAME'],
  [{ TEMPORAL_DEPLOYMENT_NAME: 'a.b', TEMPORAL_WORKER_BUILD_ID: '1' }, 'TEMPORAL_DEPLOYMENT_NAME'],
  [{ TEMPORAL_DEPLOYMENT_NAME: 'a', TEMPORAL_WORKER_BUILD_ID: '__1' }, 'TEMPORAL_WORKER_BUILD_ID'],
  [{ PRISM_VERSIONING_BEHAVIOR: 'PINNED' }, 'PRISM_VERSIONING_BEHAVIOR'],
])('%j names no version of a worker: %s', (environment, field) => {
  expect(problemsOf(environment)).toMatchObject([{ field }]);
});

test('temporal.toml is read, and the environment wins over it', () => {
  const file = join(folder, 'good.toml');
  writeFileSync(file, '[profile.default]\naddress = "file:7233"\nnamespace = "of-file"\n');
  expect(load({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_ADDRESS: 'env:7233' }).temporal).toMatchObject({
    address: 'env:7233',
    namespace: 'of-file',
  });
});

test('a variable that is set but empty counts as not set', () => {
  const config = load({ MICRO_API_KEY: '', TEMPORAL_NAMESPACE: '', PRISM_TASK_QUEUE: '', PRISM_STORAGE: '' });
  expect(config).toMatchObject({
    taskQueue: 'prism-imports',
    storage: null,
    temporal: { namespace: 'default' },
  });
  expect(config.micro.apiKey()).toBeNull();
});

test.each([
  ['MICRO_BASE_URL', 'developers.micro.so', 'http or https URL'],
  ['MICRO_BASE_URL', 'ftp://micro.so', 'http or https URL'],
  ['MICRO_TEAM_ID', 'a\nb', 'without control characters'],
  ['TEMPORAL_ADDRESS', 'http://localhost:7233', 'host:port'],
  ['TEMPORAL_ADDRESS', 'localhost', 'host:port'],
  ['TEMPORAL_TLS', 'yes', 'true, false, 1 or 0'],
  ['PRISM_UI_ADDRESS', 'temporal.example:8080', 'http or https URL'],
  ['PRISM_DOCS_URL', 'https://wiki.example/?page=1', 'without query and fragment'],
  ['PRISM_TASK_QUEUE', 'a\tb', '1 to 200 bytes'],
  ['PRISM_REQUESTS_PER_SECOND', '0', 'number from 0.01'],
  ['PRISM_REQUESTS_PER_SECOND', 'ten', 'number from 0.01'],
  ['PRISM_REQUESTS_PER_SECOND', '1e3', 'number from 0.01'],
  ['PRISM_STORAGE', '/var/lib/prism', 'file:DIR or s3://bucket/prefix'],
  ['PRISM_STORAGE', 's3://B/prefix', storageForm],
  ['PRISM_STORAGE', 's3://bucket//prefix', storageForm],
  ['PRISM_METRICS_ADDRESS', '9464', 'host:port'],
  ['PRISM_HEALTH_ADDRESS', '9465', 'host:port'],
  ['PRISM_REQUESTS_PER_MONTH', '0', 'whole number'],
  ['OTEL_TRACES_EXPORTER', 'console', 'otlp or none'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', 'http or https URL'],
  ['PRISM_LOG_LEVEL', 'loud', 'trace, debug, info, warn, error'],
  ['PRISM_MAX_RESPONSE_BYTES', '1.5', 'whole number'],
  ['PRISM_MAX_CACHED_WORKFLOWS', '0', 'whole number from 50'],
  ['PRISM_MAX_RESPONSE_BYTES', '-1', 'whole number'],
  ['AWS_ENDPOINT_URL_S3', '127.0.0.1:7070', 'http or https URL'],
])('%s=%j is refused with the value and the accepted form', (name, value, form) => {
  const [problem, ...others] = problemsOf({ [name]: value });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ field: name, accepted: expect.stringContaining(form) as string });
  expect(problem?.seen).toContain(value.slice(0, 100).replace('\n', '\\n').replace('\t', '\\t'));
});

test.each([
  { name: 'MICRO_API_KEY', value: 'sec ret', hidden: 'ret' },
  { name: 'MICRO_BASE_URL', value: 'https://user:hunter2@micro.so', hidden: 'hunter2' },
  { name: 'MICRO_CUSTOM_HEADERS', value: 'authorization: hunter2\u0007', hidden: 'hunter2' },
])('a refused $name is not shown', ({ name, value, hidden }) => {
  const [problem] = problemsOf({ [name]: value });
  expect(problem).toMatchObject({ field: name });
  expect(JSON.stringify(problem)).not.toContain(hidden);
});

test('all problems are reported at once', () => {
  const problems = problemsOf({ PRISM_STORAGE: 'x', PRISM_LOG_LEVEL: 'y', MICRO_CUSTOM_HEADERS: 'a b: c' });
  expect(problems.map(({ field }) => field).sort()).toEqual([
    'MICRO_CUSTOM_HEADERS',
    'PRISM_LOG_LEVEL',
    'PRISM_STORAGE',
  ]);
});

test('a temporal.toml that is empty says nothing', () => {
  expect(load({ TEMPORAL_CONFIG_FILE: '/dev/null' }).temporal.address).toBe('localhost:7233');
});

test('an unreadable temporal.toml is refused without showing what stands in it', () => {
  const file = join(folder, 'bad.toml');
  writeFileSync(file, '[profile.default]\napi_key = "hunter2" oops\n');
  const [problem] = problemsOf({ TEMPORAL_CONFIG_FILE: file });
  expect(problem?.field).toContain('temporal.toml');
  expect(JSON.stringify(problem)).not.toContain('hunter2');
});

test.each([
  { why: 'a profile that is not there', environment: { TEMPORAL_PROFILE: 'missing' } },
  { why: 'a file that is not there', environment: { TEMPORAL_CONFIG_FILE: '/missing.toml' } },
  { why: 'a certificate that is not there', environment: { TEMPORAL_TLS_CLIENT_CERT_PATH: '/missing.pem' } },
])('$why is refused', ({ environment }) => {
  expect(problemsOf(environment)).toHaveLength(1);
});

test('no way of printing the configuration shows a key', () => {
  const config = load({
    MICRO_API_KEY: 'hunter2-of-micro',
    TEMPORAL_API_KEY: 'hunter3',
    MICRO_CUSTOM_HEADERS: 'a: hunter4',
  });
  const printed = JSON.stringify(config) + inspect(config, { depth: 9, showHidden: true });
  expect(printed).not.toMatch(/hunter/);
});

test('the configuration cannot be changed', () => {
  const config = load({});
  expect(() => Object.assign(config.micro, { baseUrl: 'http://elsewhere' })).toThrow(TypeError);
});

test('programs started for the demonstration get no account of the user', () => {
  expect(
    withoutAccounts({ MICRO_API_KEY: 'k', TEMPORAL_ADDRESS: 'a', PATH: '/bin', PRISM_STORAGE: 's' }),
  ).toEqual({
    PATH: '/bin',
    PRISM_STORAGE: 's',
  });
});

test.each([
  { environment: { HOME: '/home/x', XDG_CACHE_HOME: '/caches' }, expected: '/caches/prism-imports' },
  {
    environment: { HOME: '/home/x' },
    expected:
      process.platform === 'darwin' ? '/home/x/Library/Caches/prism-imports' : '/home/x/.cache/prism-imports',
  },
])('with $environment the cache is $expected', ({ environment, expected }) => {
  expect(loadToolSettings(environment).cacheDirectory).toBe(expected);
});
