// Prints, as lines for a shell, with which variables the full server starts in the place of `server start-dev`: on the
// port that this is told, with databases of its own. The same port has the same databases and ports again. Arguments: a
// file of settings, and those of `start-dev`.
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import process from 'node:process';

const [settingsFile, ...parameters] = process.argv.slice(2);
const { psql, database, environment, dynamicConfig } = JSON.parse(readFileSync(settingsFile, 'utf8'));
const valuesOf = (flag) => parameters.filter((_, index) => parameters[index - 1] === flag);
const [port] = valuesOf('--port');
const own = (name) => join(dirname(settingsFile), `${port}-${name}`);
const databases = { DBNAME: `temporal_${port}`, VISIBILITY_DBNAME: `temporal_visibility_${port}` };

/** A port on which nobody listens, below 32,768: PostgreSQL's column for those of members takes no higher one. */
async function freePort() {
  const port = randomInt(10_000, 32_768);
  const server = createServer();
  const isFree = await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  server.close();
  return isFree ? port : freePort();
}

/** Ports for what else it serves, all different. */
async function freePorts(names) {
  const ports = new Set();
  while (ports.size < names.length) ports.add(await freePort());
  return Object.fromEntries([...ports].map((port, index) => [names[index], String(port)]));
}

function run(name, statement) {
  execFileSync(psql, ['-q', '-d', name, '-c', statement], {
    env: { ...process.env, ...database },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Copies of the databases that the steps of the compose file have made. */
function copyDatabases() {
  for (const [template, copy] of [
    ['temporal', databases.DBNAME],
    ['temporal_visibility', databases.VISIBILITY_DBNAME],
  ]) {
    run('postgres', `CREATE DATABASE ${copy} TEMPLATE ${template}`);
    run(copy, `UPDATE schema_version SET db_name = '${copy}'`);
  }
}

if (!existsSync(own('server.json'))) {
  copyDatabases();
  const services = ['FRONTEND', 'HISTORY', 'MATCHING', 'WORKER'];
  const names = services.flatMap((service) => [`${service}_GRPC_PORT`, `${service}_MEMBERSHIP_PORT`]);
  const ports = await freePorts([...names, 'FRONTEND_HTTP_PORT']);
  // As `--dynamic-config-value` says it, after what the compose file mounts: the last one counts.
  const more = valuesOf('--dynamic-config-value').map((text) => text.split(/=(.*)/s));
  const lines = more.map(([key, value]) => `${key}:\n  - value: ${value}\n`);
  const said = readFileSync(dynamicConfig, 'utf8');
  const kept = more.reduce(
    (text, [key]) => text.replace(new RegExp(`^${key.replaceAll('.', '\\.')}:\\n  - value: .*\\n`, 'mi'), ''),
    said,
  );
  writeFileSync(own('dynamic-config.yaml'), kept + lines.join(''));
  writeFileSync(
    own('server.json'),
    JSON.stringify({
      ...environment,
      ...databases,
      ...ports,
      FRONTEND_GRPC_PORT: port,
      DYNAMIC_CONFIG_FILE_PATH: own('dynamic-config.yaml'),
    }),
  );
}
const variables = Object.entries(JSON.parse(readFileSync(own('server.json'), 'utf8')));
for (const [name, value] of variables) console.log(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
