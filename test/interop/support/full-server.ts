import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Environment } from '../../../src/config/config';
import { withoutAccounts } from '../../../src/config/config';
import type { Executable } from '../../../src/dev/executable';
import { runCommand } from '../../../src/dev/run-command';
import { startServer } from '../../support/server-process';
import { until } from '../../support/until';
import { program as commandLine } from '../../cli/support/run-cli';
import { composeModel, composeReader, composeService, type ComposeModel } from './compose-model';
import { temporalServer, temporalSqlTool } from './go-tool';
import { newerTemporalCli } from './newer-temporal-cli';
import { startPostgresql, type Postgresql } from './postgresql';

const root = join(__dirname, '..', '..', '..');
const prepare = join(__dirname, '..', 'full-server', 'prepare.mjs');
const password = 'test-password';
/** How often compose runs a step again that has failed (`restart: on-failure:5`). */
const repetitions = 5;

/** PostgreSQL with the databases that the compose file's steps have made, and the full server to start on copies. */
export interface FullServer {
  /**
   * In the place of Temporal's CLI: `server start-dev` starts the full server on a copy of the databases, which is kept
   * by port; all else is what the CLI does.
   */
  executable: Executable;
  postgresql: Postgresql;
  /** Starts the server on a port, where it has what it had there before. */
  start(port: number): ChildProcess;
  /** What each step of the compose file has printed, by service; both runs of the schema's. */
  printed: Record<string, string[]>;
  /** What the health check of the compose file asks of the server at an address. */
  healthUrl(address: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts PostgreSQL and does natively what `docker compose up` does up to the search attributes, with its settings. */
export async function prepareFullServer(): Promise<FullServer> {
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-full-server-'));
  const closers = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const cli = await newerTemporalCli();
    // One after the other: side by side, Go would build what both contain twice.
    const server = await temporalServer();
    const sqlTool = await temporalSqlTool();
    const model = await readComposeFile(folder);
    const postgresql = await startPostgresql('temporal', password);
    closers.push(() => postgresql.remove());
    await symlink(cli.path, join(folder, 'temporal'));
    await symlink(sqlTool, join(folder, 'temporal-sql-tool'));

    const site = { model, folder, postgresql: postgresql.port };
    const executable = { type: 'existing-path', path: join(folder, 'full-server') } as const;
    const settings = join(folder, 'settings.json');
    await writeFile(settings, JSON.stringify(serverSettings(site, postgresql)));
    await writeFile(executable.path, script({ cli: cli.path, server, settings }), { mode: 0o700 });

    const printed: Record<string, string[]> = {};
    const schema = () => runStep(site, 'temporal-schema');
    printed['temporal-schema'] = [await schema(), await schema()];
    await makeTemplates(site, { executable, postgresql, printed });
    const healthUrl = async (address: string) => {
      const started = await readFile(join(folder, `${portOf(address)}-server.json`), 'utf8');
      const { FRONTEND_HTTP_PORT: port = '' } = JSON.parse(started) as Environment;
      return (composeService(model, 'temporal').healthcheck?.test.at(-1) ?? '').replace('7243', port);
    };
    const start = (port: number) => spawn(executable.path, startDev(port), { stdio: 'ignore' });
    return { executable, postgresql, start, printed, healthUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the steps of the compose file need natively. */
interface Site {
  model: ComposeModel;
  /** With the programs that they call. */
  folder: string;
  /** The port of PostgreSQL. */
  postgresql: number;
  /** The address of the server, once there is one. */
  address?: string;
}

const startDev = (port: number): string[] => ['server', 'start-dev', '--port', `${port}`];

const portOf = (address: string): string => address.split(':')[1] ?? '';

async function readComposeFile(folder: string): Promise<ComposeModel> {
  const variables = join(folder, 'variables.env');
  await writeFile(variables, `POSTGRES_PASSWORD=${password}\nGRAFANA_ADMIN_PASSWORD=unused\n`);
  const reader = await composeReader();
  try {
    return await composeModel(reader, join(root, 'docker-compose.yml'), variables);
  } finally {
    await reader.close();
  }
}

/** The texts of a service as they are natively: addresses on loopback, files where they are mounted from. */
function natively(site: Site, service: string): (text: string) => string {
  const words: Record<string, string> = {
    postgres: '127.0.0.1',
    '5432': `${site.postgresql}`,
    '0.0.0.0': '127.0.0.1',
    ...(site.address !== undefined && { 'temporal:7233': site.address }),
  };
  const { volumes = [] } = composeService(site.model, service);
  return (text) => {
    const mount = volumes.find(({ target }) => text.startsWith(`${target}/`));
    return mount === undefined ? (words[text] ?? text) : mount.source + text.slice(mount.target.length);
  };
}

function environmentOf(site: Site, service: string): Environment {
  const native = natively(site, service);
  const { environment = {} } = composeService(site.model, service);
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, native(value)]));
}

/** Runs a step that ends, as often as compose would; gives what it printed. Rejects with the end of that. */
async function runStep(site: Site, service: string, attempt = 0): Promise<string> {
  const { entrypoint, command } = composeService(site.model, service);
  const words = [...(entrypoint ?? [process.execPath, commandLine]), ...(command ?? [])];
  const [program = '', ...parameters] = words.map(natively(site, service));
  const result = await runCommand(program, parameters, {
    environment: {
      ...withoutAccounts(),
      ...environmentOf(site, service),
      TEMPORAL_CONFIG_FILE: '/dev/null',
      PATH: `${site.folder}${delimiter}${process.env['PATH'] ?? ''}`,
    },
    limitMs: 180_000,
  });
  if (result.ok) return result.output;
  if (attempt < repetitions) return runStep(site, service, attempt + 1);
  throw new Error(`${service}: ${result.seen}`);
}

/** What `prepare.mjs` needs to know. */
function serverSettings(site: Site, { programs, environment: database }: Postgresql) {
  const { DYNAMIC_CONFIG_FILE_PATH: dynamicConfig, ...environment } = environmentOf(site, 'temporal');
  return {
    psql: join(programs, 'psql'),
    database,
    environment: { ...environment, LOG_LEVEL: 'error' },
    dynamicConfig,
  };
}

const script = ({ cli, server, settings }: { cli: string; server: string; settings: string }) => `#!/bin/sh
set -eu
[ "\${1-} \${2-}" = 'server start-dev' ] || exec '${cli}' "$@"
variables=$('${process.execPath}' '${prepare}' '${settings}' "$@")
eval "$variables"
exec '${server}' start
`;

/** Lets the steps that need a server set up one; what it leaves in the databases is what all others begin with. */
async function makeTemplates(
  site: Site,
  { executable, postgresql, printed }: Pick<FullServer, 'executable' | 'postgresql' | 'printed'>,
): Promise<void> {
  const first = await startServer({
    executable,
    supportsTimeSkipping: false,
    parameters: startDev,
  });
  const port = portOf(first.address);
  try {
    for (const service of ['temporal-namespace', 'search-attributes'])
      printed[service] = [await runStep({ ...site, address: first.address }, service)];
  } finally {
    await first.teardown();
  }
  // Where it was is no place that another should look for its fellows.
  await postgresql.run(`temporal_${port}`, 'DELETE FROM cluster_membership');
  for (const name of ['temporal', 'temporal_visibility']) {
    const left = `SELECT count(*) FROM pg_stat_activity WHERE datname = '${name}_${port}'`;
    await until(async () => (await postgresql.run('postgres', left)).trim() === '0');
    await postgresql.run('postgres', `DROP DATABASE ${name}`);
    await postgresql.run('postgres', `ALTER DATABASE ${name}_${port} RENAME TO ${name}`);
  }
}
