import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../src/dev/free-port';
import { prometheusExecutables } from './prometheus-executables';
import { until } from '../../support/until';

/** One series of an answer, with its latest value. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** A rule as Prometheus has read it, and how it stands. */
export interface Rule {
  name: string;
  type: 'alerting' | 'recording';
  query: string;
  /** `ok` once it has been evaluated without an error. */
  health: string;
  /** Of an alert; `firing` also while another of its instances is pending. */
  state?: 'inactive' | 'pending' | 'firing';
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  /** Of an alert: what it says by now, with its texts filled in. */
  alerts?: Alert[];
}

/** An alert that a rule has set off. */
interface Alert {
  state: 'pending' | 'firing';
  /** Since when its expression has held, ISO 8601. */
  activeAt: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** A running Prometheus. */
export interface Prometheus {
  /** Its HTTP API, for the form of PromQL that dashboards use. Rejects with what it says when it refuses the query. */
  query(promql: string): Promise<Sample[]>;
  rules(): Promise<Rule[]>;
  stop(): Promise<void>;
}

/** What to watch. */
export interface Watched {
  /** Name of the scrape job. */
  job: string;
  /** `host:port` of the metrics. */
  target: string;
  ruleFiles: string[];
  /** How often to scrape and to evaluate, in seconds. */
  intervalSeconds: number;
  /** `PRISM_DOCS_URL` of its environment; default: not set. */
  docsUrl?: string;
}

/**
 * Starts Prometheus on a free port of loopback, with its data in a folder that goes with it; resolves once it answers.
 */
export async function startPrometheus(watched: Watched): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-prometheus-'));
  const address = `127.0.0.1:${await freePort()}`;
  const child = await spawnIn(folder, address, watched);
  const ended = once(child, 'close');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ask = <T>(path: string) => answerOf<T>(`http://${address}/api/v1/${path}`);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended: ${log}`);
      return isReady(address);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    query: async (promql) => samplesOf(await ask(`query?query=${encodeURIComponent(promql)}`)),
    rules: async () =>
      (await ask<{ groups: { rules: Rule[] }[] }>('rules')).groups.flatMap(({ rules }) => rules),
    stop,
  };
}

async function spawnIn(folder: string, address: string, watched: Watched) {
  const { prometheus } = await prometheusExecutables();
  const config = join(folder, 'prometheus.json');
  await writeFile(config, configuration(watched));
  const flags = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--log.level=warn',
    // From version 3 on it does so without being told.
    '--enable-feature=expand-external-labels',
  ];
  const env = { ...process.env, PRISM_DOCS_URL: watched.docsUrl };
  return spawn(prometheus, flags, { stdio: ['ignore', 'ignore', 'pipe'], env });
}

/** As `dashboards/prometheus/prometheus.yml` says it. */
const externalLabels = { docs_url: '${PRISM_DOCS_URL}' };

/** JSON is YAML, too. */
function configuration({ job, target, ruleFiles, intervalSeconds }: Watched): string {
  const interval = `${intervalSeconds}s`;
  return JSON.stringify({
    global: {
      scrape_interval: interval,
      scrape_timeout: interval,
      evaluation_interval: interval,
      external_labels: externalLabels,
    },
    rule_files: ruleFiles,
    scrape_configs: [{ job_name: job, static_configs: [{ targets: [target] }] }],
  });
}

const isReady = (address: string): Promise<boolean> =>
  fetch(`http://${address}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

async function answerOf<T>(url: string): Promise<T> {
  const answer = (await (await fetch(url)).json()) as { status: string; error?: string; data: T };
  if (answer.status !== 'success') throw new Error(`${url}: ${answer.error}`);
  return answer.data;
}

interface Vector {
  result: { metric: Record<string, string>; value: [number, string] }[];
}

const samplesOf = ({ result }: Vector): Sample[] =>
  result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
