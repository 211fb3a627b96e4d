import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../src/dev/free-port';
import { runCommand } from '../../../src/dev/run-command';
import { until } from '../../support/until';
import { aptGet, asRoot, hasAptGet } from './apt-get';
import { announce, installStep, isThere } from './tools-folder';

const advice =
  'Install PostgreSQL 15 or later, or set PRISM_POSTGRESQL to the folder of `initdb`, `postgres`, `psql` and `pg_isready`.';
/** Where Debian keeps each version. */
const debianFolder = '/usr/lib/postgresql';

/**
 * The folder of PostgreSQL's programs: `PRISM_POSTGRESQL`, else where Debian's package has them, which `apt-get`
 * installs when this user may; without a database of its own, which it would start. Rejects with what was tried.
 */
export async function postgresqlPrograms(): Promise<string> {
  const given = process.env['PRISM_POSTGRESQL'];
  if (given !== undefined && given !== '') return given;
  const found = await newestOfDebian();
  if (found !== null) return found;
  if (!(await hasAptGet())) throw new Error(`Looked into ${debianFolder} and for apt-get on PATH. ${advice}`);
  announce("Installing Debian's postgresql with apt-get (60 MB, under a minute), once …");
  await aptGet(['update'], advice);
  await aptGet(['install', '-y', '--no-install-recommends', 'postgresql-common'], advice);
  const settings = '/etc/postgresql-common/createcluster.conf';
  const withoutDatabase = 's/^#?create_main_cluster.*/create_main_cluster = false/';
  await asRoot(['sed', '-Ei', withoutDatabase, settings], advice);
  await aptGet(['install', '-y', '--no-install-recommends', 'postgresql'], advice);
  const installed = await newestOfDebian();
  if (installed === null)
    throw new Error(`apt-get installed postgresql, but ${debianFolder} has none. ${advice}`);
  return installed;
}

async function newestOfDebian(): Promise<string | null> {
  const versions = await readdir(debianFolder).catch(() => []);
  for (const version of versions.sort((one, other) => Number(other) - Number(one))) {
    const programs = join(debianFolder, version, 'bin');
    if (await isThere(join(programs, 'postgres'))) return programs;
  }
  return null;
}

/** A PostgreSQL server with a folder of its own, on loopback. */
export interface Postgresql {
  programs: string;
  port: number;
  /** Process id of the running server. */
  pid(): number;
  /** Variables with which its own programs find it. */
  environment: Record<string, string>;
  /** Carries out a statement in a database and gives what it answers, without headings. */
  run(database: string, statement: string): Promise<string>;
  /** Starts it, as long as it takes, also after it was killed. */
  start(): Promise<void>;
  /** Ends it by SIGKILL: what it had not written is for its log to bring back. */
  kill(): Promise<void>;
  /** Ends it and removes all that it has kept. */
  remove(): Promise<void>;
}

/** Starts PostgreSQL with one user, who may do everything, and a database of that name, as its container image does. */
export async function startPostgresql(user: string, password: string): Promise<Postgresql> {
  const programs = await postgresqlPrograms();
  const port = await freePort();
  const owner = await unprivileged();
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-postgresql-'));
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (owner !== null) for (const path of [folder, passwordFile]) await chown(path, owner.uid, owner.gid);

  const environment = { PGHOST: '127.0.0.1', PGPORT: `${port}`, PGUSER: user, PGPASSWORD: password };
  const runIn = async (database: string, statement: string) => {
    const parameters = ['-qAt', '-d', database, '-c', statement];
    return (await installStep(join(programs, 'psql'), parameters, { advice, environment })).output;
  };
  let server: ChildProcess | null = null;
  let said = '';
  const data = join(folder, 'data');
  const as = { ...owner, cwd: folder };
  const isAlive = () => server?.exitCode === null && server.signalCode === null;
  const isReady = async () => {
    const probe = ['--quiet', '--host=127.0.0.1', `--port=${port}`, `--username=${user}`];
    return (await run(join(programs, 'pg_isready'), probe)).ok;
  };
  const begin = () => {
    const options = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
    const settings = options.flatMap((option) => ['-c', option]);
    server = spawn(join(programs, 'postgres'), ['-D', data, '-p', `${port}`, ...settings], {
      ...as,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server.stderr?.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-2000)));
    server.once('error', ({ message }) => (said += message));
  };
  const start = async () => {
    begin();
    await until(async () => {
      // While processes of one that was killed are still about, another does not start.
      if (!isAlive()) begin();
      return isReady();
    }).catch((error: unknown) => {
      throw new Error(`PostgreSQL did not start: ${said}`, { cause: error });
    });
  };
  const end = async (signal: NodeJS.Signals) => {
    if (server === null || !isAlive()) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  };
  const endAtExit = () => server?.kill('SIGQUIT');
  process.once('exit', endAtExit);
  const remove = async () => {
    process.off('exit', endAtExit);
    await end('SIGQUIT');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const rights = [`--username=${user}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    const made = spawn(join(programs, 'initdb'), [...rights, '--encoding=UTF8', '--locale=C', data], {
      ...as,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    made.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const [code] = (await once(made, 'close')) as [number | null];
    if (code !== 0) throw new Error(`initdb ended with code ${code}: ${said}`);
    await start();
    await runIn('postgres', `CREATE DATABASE ${user}`);
  } catch (error) {
    await remove();
    throw error;
  }
  const pid = () => server?.pid ?? 0;
  return { programs, port, pid, environment, run: runIn, start, kill: () => end('SIGKILL'), remove };
}

/** Whom PostgreSQL runs as when this is root, which it refuses: `nobody`. Else null: this user. */
async function unprivileged(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'nobody'])).output)),
  );
  return uid === undefined || gid === undefined ? null : { uid, gid };
}

const run = (program: string, parameters: string[]) =>
  runCommand(program, parameters, { environment: process.env, limitMs: 30_000 });
