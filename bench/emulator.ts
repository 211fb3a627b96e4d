/**
 * Measures how fast the emulator is, compared with a bare `node:http` server under the same load, and how much memory a
 * million rows take. Run by `npm run bench:emulator`; `--json` prints the numbers as JSON. Source of what
 * docs/emulator.md says about speed.
 */
import { parseArgs } from 'node:util';
import { fill, type Memory } from './support/emulator-memory';
import { withServer } from './support/emulator-process';
import { ask, batchBody, batchRows, headers, importPath, statusPath } from './support/emulator-requests';
import { compare, type Comparison, type Load, type Speed } from './support/emulator-rounds';
import { serve, type ServerRole } from './support/emulator-server';

const help = `Usage: npm run bench:emulator -- [options]

  --json       print the numbers as one JSON object
  --rows N     rows that the emulator holds when its memory is measured (default 1000000)
  --seconds S  how long a round lasts; there are 24 (default 3)
  --help       print this

Each server has a process of its own; this one sends the requests. The two are loaded in turn, after a
round that does not count, and what is printed are medians over the rounds and over their ratios.
`;

interface Report {
  statusCalls: Comparison;
  launches: Comparison;
  memory: Memory;
}

export async function main(parameters: string[]): Promise<void> {
  const [command, role] = parameters;
  if (command === 'serve') return serve(JSON.parse(role ?? '') as ServerRole);
  const options = optionsOf(parameters);
  if (options === null) return;
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  const report: Report = {
    statusCalls: await measureStatusCalls(options.seconds),
    launches: await measureLaunches(options.seconds),
    memory: await withServer({ serves: 'emulator' }, (server) => fill(server, options.rows, say('memory'))),
  };
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
}

/** Status requests for a running job, compared with a server that always sends the same answer. */
function measureStatusCalls(seconds: number): Promise<Comparison> {
  return withServer({ serves: 'emulator' }, async (emulator) => {
    const { url } = emulator;
    const { job_id } = JSON.parse(await ask(url + importPath, batchBody(0))) as { job_id: string };
    const path = statusPath(job_id);
    const bare: ServerRole = { serves: 'fixed', status: 200, text: await ask(url + path) };
    const load: Load = {
      unit: 'request',
      unitsPerRequest: 1,
      connections: 10,
      requests: [{ method: 'GET', path, headers }],
    };
    return withServer(bare, (server) =>
      compare({ emulator, bare: server }, load, seconds, say('status calls')),
    );
  });
}

/** Launches of jobs, compared with a server that reads their rows and answers 202. */
function measureLaunches(seconds: number): Promise<Comparison> {
  return withServer({ serves: 'emulator' }, async (emulator) => {
    const text = await ask(emulator.url + importPath, batchBody(0));
    let batch = 0;
    const load: Load = {
      unit: 'row',
      unitsPerRequest: batchRows,
      connections: 4,
      requests: [
        {
          method: 'POST',
          path: importPath,
          headers,
          setupRequest: (request) => ({ ...request, body: batchBody((batch += 1)) }),
        },
      ],
    };
    return withServer({ serves: 'fixed', status: 202, text }, (bare) =>
      compare({ emulator, bare }, load, seconds, say('launches')),
    );
  });
}

function optionsOf(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        rows: { type: 'string', default: '1000000' },
        seconds: { type: 'string', default: '3' },
      },
    });
    const [rows, seconds] = [Number(values.rows), Number(values.seconds)];
    if (!Number.isSafeInteger(rows) || rows < 1) throw new TypeError('--rows: expected a number from 1');
    if (!(seconds > 0 && seconds <= 600))
      throw new TypeError('--seconds: expected a number above 0, at most 600');
    return { json: values.json, help: values.help, rows, seconds };
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}

const say = (what: string) => (text: string) => void process.stderr.write(`${what}: ${text}\n`);

function textOf({ statusCalls, launches, memory }: Report): string {
  const { rows, seconds, emptyRssBytes, rssBytes, peakRssBytes } = memory;
  const lines = [
    ...comparisonLines('Status calls', statusCalls),
    ...comparisonLines(`Launches of ${batchRows} rows`, launches),
    `Memory with ${whole(rows)} rows, imported in ${seconds.toFixed(1)} s`,
    `  resident     ${megabytes(rssBytes)}, at most ${megabytes(peakRssBytes)}; ${megabytes(emptyRssBytes)} before the first row`,
  ];
  return `${lines.join('\n')}\n`;
}

function comparisonLines(title: string, { unit, emulator, bare, rateRatio, cpuRatio }: Comparison): string[] {
  const speed = ({ perSecond, cpuMicros, busy }: Speed) =>
    `${whole(perSecond)} ${unit}s/s, ${cpuMicros.toFixed(2)} µs of CPU a ${unit}, busy ${whole(100 * busy)}%`;
  return [
    title,
    `  emulator     ${speed(emulator)}`,
    `  bare server  ${speed(bare)}`,
    `  ratio        ${rateRatio.toFixed(2)} of the rate, ${cpuRatio.toFixed(2)} times the CPU`,
    ...(Math.min(emulator.busy, bare.busy) < busyEnough
      ? ['  A server was idle at times, so the rates are those of the load: go by the CPU.']
      : []),
    '',
  ];
}

/** From this share of a CPU, the server was the bottleneck. */
const busyEnough = 0.85;

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const megabytes = (bytes: number) => `${whole(bytes / 1e6)} MB`;
