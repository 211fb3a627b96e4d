#!/usr/bin/env node
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { runEmulator } from './run';

const usage = `Usage: prism-emulator [options]

Stands in for the Prism import API on this machine, until Ctrl-C.

  --port <number>        port to listen on, 0 for any free one (default: 8787)
  --host <address>       address to listen on (default: 127.0.0.1)
  --admin-port <number>  port of the admin API, on 127.0.0.1 (default: the one after --port)
  --settings <file>      JSON file of settings and rules; options on the command line win
  --job-duration <time>  how long a job takes, like '5s' or '2s..30s' (default: 5s)
  --retention <time>     how long a job is kept (default: 7d)
  --seed <text>          make ids and random choices the same in every run
  --state <file>         keep all state in this file, and resume from it
  --journal <file>       append every request to this file, as JSON lines
  --json                 print the addresses as JSON
  --help                 print this
`;
const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = {
  port: text,
  host: text,
  'admin-port': text,
  settings: text,
  'job-duration': text,
  retention: text,
  seed: text,
  state: text,
  journal: text,
  json: flag,
  help: flag,
};

/** Exit code for an invalid command line. */
const usageCode = 2;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(usage);
  const { baseUrl, adminUrl, close } = await runEmulator({
    port: numberOf(values.port),
    host: values.host,
    adminPort: numberOf(values['admin-port']),
    seed: values.seed,
    settingsFile: values.settings,
    jobDuration: values['job-duration'],
    retention: values.retention,
    stateFile: values.state,
    journalFile: values.journal,
  });
  const addresses = values.json
    ? JSON.stringify({ baseUrl, adminUrl })
    : `Prism emulator at ${baseUrl}; its admin API at ${adminUrl}`;
  process.stdout.write(`${addresses}\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await close();
}

const numberOf = (given: string | undefined) => (given === undefined ? undefined : Number(given));

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof TypeError ? usageCode : 1;
});
