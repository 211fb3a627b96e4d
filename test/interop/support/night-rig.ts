import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { withoutAccounts } from '../../../src/config/config';
import { freePort } from '../../../src/dev/free-port';
import { temporalCli } from '../../../src/dev/temporal-cli';
import type { TrackImportInput } from '../../../src/core/tracker/input';
import { startOrAttachTracker } from '../../../src/temporal/trackers';
import { runCli } from '../../cli/support/run-cli';
import { startDevServer } from '../../support/temporal';
import { until } from '../../support/until';
import { startWorkerProcess, type WorkerProcess } from '../../support/worker-process';
import { startPrometheus, type Prometheus } from './prometheus';

const rules = join(__dirname, '..', '..', '..', 'dashboards', 'prometheus');

const team = 'acme';
/** Where the documents are, in this night. */
export const docsUrl = 'https://wiki.example/prism';
/** Far from the next scheduled poll: each request of the night was asked for by somebody. */
const polling = { initialInterval: '30m' } as const;
/** Gauges of the fleet are asked for once a minute, and a worker is given up after half of one. */
const patienceMs = 300_000;

/** An alert by the label that tells it from others of its name. */
const alertName = ({ alertname = '', problem, result, evidence, severity }: Record<string, string>) => {
  const bySeverity = /CloseToExpiry|QuotaNearlyUsed|MonthWillNotSuffice/.test(alertname)
    ? severity
    : undefined;
  return [alertname, problem ?? result ?? evidence ?? bySeverity]
    .filter((word) => word !== undefined)
    .join(' ');
};

/** A worker with many imports, a Prometheus that watches it, and an operator who types. */
export class NightRig {
  worker!: WorkerProcess;

  private constructor(
    private readonly folder: string,
    readonly server: TestWorkflowEnvironment,
    readonly emulator: PrismEmulator,
    readonly environment: Record<string, string>,
    private readonly prometheus: Prometheus,
    private readonly closers: (() => Promise<unknown>)[],
  ) {}

  /** Starts it all with this key and quota of requests. Whatever was started ends with {@link close}. */
  static async start(key: string, requestsPerMonth: number): Promise<NightRig> {
    const closers: (() => Promise<unknown>)[] = [];
    try {
      const folder = await mkdtemp(join(tmpdir(), 'prism-night-'));
      closers.push(() => rm(folder, { recursive: true, force: true }));
      await symlink((await temporalCli()).path, join(folder, 'temporal'));
      const server = await startDevServer();
      closers.push(() => server.teardown());
      const emulator = await startPrismEmulator();
      closers.push(() => emulator.close());
      const target = `127.0.0.1:${await freePort()}`;
      await writeFile(join(folder, 'key'), key);
      await mkdir(join(folder, 'storage'));
      const environment = {
        TEMPORAL_ADDRESS: server.address,
        MICRO_BASE_URL: emulator.baseUrl,
        MICRO_API_KEY_FILE: join(folder, 'key'),
        MICRO_TEAM_ID: team,
        PRISM_DOCS_URL: docsUrl,
        PRISM_STORAGE: `file:${join(folder, 'storage')}`,
        PRISM_METRICS_ADDRESS: target,
        PRISM_REQUESTS_PER_MONTH: String(requestsPerMonth),
      };
      const ruleFiles = await Promise.all(
        ['recording.yml', 'alerts.yml'].map((name) => withoutDelay(folder, name)),
      );
      const watched = { job: 'prism-imports', target, ruleFiles, intervalSeconds: 1, docsUrl };
      const rig = new NightRig(
        folder,
        server,
        emulator,
        environment,
        await startPrometheus(watched),
        closers,
      );
      closers.push(() => rig.prometheus.stop());
      await rig.startWorker();
      closers.push(() => rig.worker.stop());
      return rig;
    } catch (error) {
      for (const close of closers.reverse()) await close();
      throw error;
    }
  }

  async startWorker(): Promise<void> {
    this.worker = await startWorkerProcess({ environment: this.environment });
  }

  async close(): Promise<void> {
    for (const close of this.closers.reverse()) await close();
  }

  /** The alerts that fire, each by its name with the second since when its expression has held. */
  async firing(): Promise<Map<string, { atMs: number; link: string }>> {
    const all = (await this.prometheus.rules()).flatMap(({ name, alerts = [] }) =>
      alerts.map(({ labels, activeAt, annotations }): [string, { atMs: number; link: string }] => [
        alertName({ ...labels, alertname: name }),
        { atMs: Date.parse(activeAt), link: annotations['runbook_url'] ?? '' },
      ]),
    );
    return new Map(all);
  }

  /** Waits until these alerts fire, and gives after how many scrapes since the event each did. */
  async fire(eventAtMs: number, names: readonly string[]): Promise<{ name: string; scrapes: number }[]> {
    let now = await this.firing();
    await until(async () => {
      now = await this.firing();
      return names.every((each) => now.has(each));
    }, patienceMs).catch(() => {
      throw new Error(`waited for ${names.join(', ')}; these fire: ${[...now.keys()].join(', ')}`);
    });
    return names.map((name) => {
      const { atMs = NaN, link = '' } = now.get(name) ?? {};
      expect(link).toBe(`${docsUrl}/runbook.md#${name.split(' ')[0]?.toLowerCase()}`);
      // A scrape a second.
      return { name, scrapes: Math.max(0, Math.ceil((atMs - eventAtMs) / 1000)) };
    });
  }

  async endOf(name: string): Promise<void> {
    await until(async () => !(await this.firing()).has(name), patienceMs);
  }

  /** Requests to the API so far, but for imports whose polls are tried again or due by themselves. */
  requests(): number {
    return this.emulator.controller.journal.filter(
      ({ path }) => !/\/(?:hangs|outlived|cut-off|late)-\d$/.test(path),
    ).length;
  }

  async list(...flags: string[]): Promise<string> {
    return (await runCli(['list', ...flags], this.environment)).stdout;
  }

  async describe(id: string): Promise<string> {
    return (await runCli(['describe', id], this.environment)).stdout;
  }

  async doctor(): Promise<string> {
    return (await runCli(['doctor', '--no-api'], this.environment)).stdout;
  }

  /** Types a line that `list` has printed below its table: the one behind these words. */
  async paste(page: string, words: string): Promise<void> {
    const lines = page.split('\n');
    const line = lines[lines.findIndex((each) => each.startsWith(words)) + 1] ?? '';
    expect(line).toMatch(/^temporal workflow /);
    await this.type(`${line} --yes`);
  }

  /** Types a line into a shell that finds `temporal`. */
  async type(line: string): Promise<void> {
    const env = {
      ...withoutAccounts(),
      PATH: [this.folder, process.env['PATH']].join(delimiter),
      TEMPORAL_ADDRESS: this.server.address,
    };
    await promisify(execFile)('sh', ['-ec', line], { env, timeout: 120_000 });
  }

  /** Puts a new key into the file. */
  async rotateKey(key: string): Promise<void> {
    await writeFile(join(this.folder, 'key'), key);
  }

  /** Writes a file to be imported. */
  async file(name: string, content: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content);
    return path;
  }

  async follow(jobIds: readonly string[], more: Partial<TrackImportInput> = {}): Promise<void> {
    await Promise.all(
      jobIds.map((jobId) =>
        startOrAttachTracker(this.server.client, 'prism-imports', { teamId: team, jobId, polling, ...more }),
      ),
    );
  }

  async create(jobIds: readonly string[], job: { duration: number | string }): Promise<void> {
    await Promise.all(
      jobIds.map((jobId) => this.emulator.controller.createJob({ teamId: team, jobId, total: 40, ...job })),
    );
  }

  /** How many trackers that run the index has with a problem as this clause says. */
  async open(problem: string): Promise<number> {
    const query = `WorkflowType = 'trackImport' AND ExecutionStatus = 'Running' AND ${problem}`;
    return (await this.server.client.workflow.count(query)).count;
  }

  /** Waits until as many run with such a problem. */
  async untilOpen(problem: string, count: number): Promise<void> {
    await until(async () => (await this.open(problem)) === count, patienceMs);
  }

  tracker(jobId: string) {
    return this.server.client.workflow.getHandle(`prism-import/${team}/${jobId}`);
  }

  /** Asks trackers for a poll, unless they have ended. */
  async pollNow(jobIds: readonly string[]): Promise<void> {
    await Promise.all(
      jobIds.map((jobId) =>
        this.tracker(jobId)
          .signal('pollNow')
          .catch(() => undefined),
      ),
    );
  }
}

/** A copy of a file of rules whose alerts fire at once: what they wait for is whether it lasts, which it does here. */
async function withoutDelay(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, (await readFile(join(rules, name), 'utf8')).replace(/^( +for:) .*$/gm, '$1 0s'));
  return path;
}
