import { invalidRequest, ok, refuse, type Answer } from '../../http/answers';
import { headerOf, type ApiRequest } from '../../http/request';
import { jobPath, type PrismRoute } from '../routes';
import { onlyAnswer, type PrismWork } from '../work';
import { failedRowsOf, type Job } from '../jobs/job';
import { jobScriptSchema, type JobScript } from '../jobs/job-script';
import { attemptedRows, planOf } from '../jobs/progress';
import { viewLaunch, viewSync } from '../jobs/view-job';
import { createRandom } from '../../random';
import { refusalOf, refusedPositions } from '../../rules/refuse-rows';
import type { Rule } from '../../rules/rule';
import type { EmulatorState } from '../../state';
import { fingerprintOf, type KeyConflict, type KeyEntry, type Replayed } from './idempotency';
import { importRows } from './row-import';
import { checkImportBody, type ImportBody } from './validation';

type ImportRoute = Extract<PrismRoute, { operation: 'import' }>;

/** The parts of a rule that concern an import. */
type Script = Pick<Rule, 'job' | 'refuse'>;

/** The header with which a request scripts its own import: a job script as JSON. The real API ignores it. */
const jobScriptHeader = 'x-emulator-job';

const longestKey = 255;

const conflicts: Record<KeyConflict, string> = {
  mismatch: 'The Idempotency-Key was used with another method, path or body',
  stale: 'The Idempotency-Key is older than 24 hours: use a new key',
  in_progress: 'A request with this Idempotency-Key is still being worked on',
};

interface KeyClaim {
  name: string;
  fingerprint: string;
}

/**
 * Handles `POST /{kind}/import`. Rows are settled and records are visible as soon as the import is launched; a job only
 * shows its results later. So concurrent imports agree on who created a record, and the sum of results always equals
 * what can be read back.
 */
export class Imports {
  constructor(private readonly state: EmulatorState) {}

  /**
   * Answers an import request, whether or not a rule scripts or refuses it: executes, replays or refuses it, depending
   * on its Idempotency-Key.
   */
  handle(request: ApiRequest, route: ImportRoute, script: Script | undefined): PrismWork {
    const key = headerOf(request, 'idempotency-key');
    if (key === undefined) return this.execute(request, route, script);
    if (key === '' || key.length > longestKey) {
      return onlyAnswer(invalid('.headers.idempotency-key', 'length', 'must have 1 to 255 characters'));
    }
    const claim = this.claimOf(request, route, key);
    const held = this.state.keys.lookUp(claim.name, claim.fingerprint, request.now);
    if (held.state === 'free') return this.executeOnce(claim, request, route, script);
    if (held.state === 'replay') return replay(held.value);
    const status =
      held.state === 'in_progress' && this.state.settings.keyInProgress === 'too-early' ? 425 : 409;
    return onlyAnswer(refuse(status, `idempotency_key_${held.state}`, conflicts[held.state]));
  }

  /**
   * Resolves when no other request with the same key is in progress, if the settings say that it waits; `undefined` if
   * it need not wait.
   */
  wait(request: ApiRequest, route: ImportRoute): Promise<void> | undefined {
    const key = headerOf(request, 'idempotency-key');
    if (this.state.settings.keyInProgress !== 'wait' || !key || request.body === null) return undefined;
    const { name, fingerprint } = this.claimOf(request, route, key);
    const { state } = this.state.keys.lookUp(name, fingerprint, request.now);
    return state === 'in_progress' ? this.state.keys.settled(name) : undefined;
  }

  /** Records that a request failed before it was executed. If failures keep their key, it stays in progress. */
  fail(request: ApiRequest, route: ImportRoute): void {
    const key = headerOf(request, 'idempotency-key');
    if (this.state.settings.keyFreedAfter !== 'never' || !key || request.body === null) return;
    const { name, fingerprint } = this.claimOf(request, route, key);
    if (this.state.keys.lookUp(name, fingerprint, request.now).state !== 'free') return;
    this.put(name, { fingerprint, claimedAt: request.now, completed: null });
  }

  private claimOf(request: ApiRequest, { teamId }: ImportRoute, key: string): KeyClaim {
    const { keyScope, keyBody } = this.state.settings;
    const owner =
      keyScope === 'team' ? ['team', teamId] : ['api-key', this.state.hash(headerOf(request, 'x-api-key'))];
    const bytes = request.body ?? Buffer.alloc(0);
    const json = keyBody === 'json' ? request.json() : null;
    const body = json?.valid === true ? { json: json.value } : bytes;
    return {
      name: JSON.stringify([...owner, key]),
      fingerprint: fingerprintOf(request.method, request.path, body),
    };
  }

  private executeOnce(
    claim: KeyClaim,
    request: ApiRequest,
    route: ImportRoute,
    script: Script | undefined,
  ): PrismWork {
    const { name, fingerprint } = claim;
    const open = { fingerprint, claimedAt: request.now, completed: null };
    const work = this.execute(request, route, script);
    const { answer, jobId, rows } = work;
    const done = { ...open, completed: { value: { answer, jobId, rows } } };
    this.state.keys.put(name, open);
    // Saved as done already: if the emulator is killed before it answers, the key must not execute this again.
    this.state.changes.add({ type: 'key', name, entry: done });
    const settle = (status: number | null): void => {
      const { keyFreedAfter } = this.state.settings;
      const freed =
        status !== null &&
        (keyFreedAfter === '4xx-and-5xx' ? status >= 400 : keyFreedAfter === '5xx' && status >= 500);
      if (freed) this.put(name, null);
      else if (status !== null && status >= 500) this.put(name, open);
      else this.state.keys.put(name, done);
    };
    return { ...work, settle };
  }

  private put(name: string, entry: KeyEntry<Replayed> | null): void {
    this.state.keys.put(name, entry);
    this.state.changes.add({ type: 'key', name, entry });
  }

  private execute(request: ApiRequest, route: ImportRoute, script: Script | undefined): PrismWork {
    const type = headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') {
      return onlyAnswer(invalid('.headers.content-type', 'enum', 'must be application/json'));
    }
    const body = request.json();
    if (!body.valid) return onlyAnswer(invalid('.body', 'format', 'must be JSON'));
    const checked = checkImportBody(body.value, this.state.settings.generation);
    if (!checked.ok) return onlyAnswer(invalidRequest(checked.errors));
    const { rowCap } = this.state.settings;
    const rows = checked.value.objects.length;
    if (rowCap !== undefined && rows > rowCap.rows) {
      return onlyAnswer(refuse(rowCap.status, rowCap.code, `${rows} rows, at most ${rowCap.rows} are taken`));
    }
    const refused = script?.refuse === undefined ? [] : refusedPositions(script.refuse, body.value);
    if (script?.refuse !== undefined && refused.length > 0) {
      return onlyAnswer(refusalOf(script.refuse, refused));
    }
    const own = ownScript(request);
    if (own === null) {
      return onlyAnswer(invalid(`.headers.${jobScriptHeader}`, 'format', 'must be a job script as JSON'));
    }
    const { job, teamJobs } = this.state.settings;
    const whole = { ...job, ...teamJobs[route.teamId], ...script?.job, ...own };
    return this.importBatch(request, route, checked.value, whole);
  }

  private importBatch(
    request: ApiRequest,
    { teamId, kind }: ImportRoute,
    { objects, options }: ImportBody,
    script: JobScript,
  ): PrismWork {
    const { state } = this;
    const { settings } = state;
    const number = state.nextImport();
    const total = objects.length;
    const isJob = total >= settings.asyncThreshold;
    const reached = isJob ? objects.slice(0, attemptedRows(script.end, total)) : objects;
    const random = createRandom(settings.seed, 'import', number);
    const plan = planOf(script, total, random);
    const table = state.records.table(teamId, kind);
    const target = { teamId, kind, table, properties: state.properties, generation: settings.generation };
    const { results, writes, newOptions } = importRows(target, reached, options, script.rows ?? [], random);
    state.changes.add({ type: 'imported', teamId, kind, writes, newOptions });
    if (!isJob) {
      const body = viewSync(results, total, settings, `import ${number}`);
      return { ...onlyAnswer(ok(body)), did: 'imported', rows: total };
    }
    const job: Job = {
      id: createRandom(settings.seed, 'job', number).uuid(),
      teamId,
      kind,
      createdAt: request.now,
      total,
      results,
      failedRows: failedRowsOf(results),
      patch: {},
      frozenAt: null,
      expiresAt: null,
      ...plan,
    };
    state.jobs.add(job);
    state.changes.add({ type: 'job', job, madeUp: false });
    return { ...onlyAnswer(this.accepted(request, job)), did: 'launched', jobId: job.id, rows: total };
  }

  private accepted(request: ApiRequest, job: Job): Answer {
    const { location, pollHint } = this.state.settings;
    const path = jobPath(job.teamId, job.id);
    const origin = `http://${headerOf(request, 'host') ?? 'localhost'}`;
    return ok(viewLaunch(job, this.state.settings), 202, {
      ...(location !== 'none' && { location: location === 'path' ? path : origin + path }),
      ...(pollHint.launch !== undefined && { 'retry-after': String(pollHint.launch) }),
    });
  }
}

function replay({ answer, jobId, rows }: Replayed): PrismWork {
  const headers = { ...answer.headers, 'idempotent-replay': 'true' };
  return { ...onlyAnswer({ ...answer, headers }), did: 'replayed', jobId, rows };
}

/** The script that a request carries; null if it is invalid. */
function ownScript(request: ApiRequest): JobScript | null {
  const text = headerOf(request, jobScriptHeader);
  if (text === undefined) return {};
  try {
    const parsed = jobScriptSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const invalid = (field: string, keyword: string, message: string): Answer =>
  invalidRequest([{ field, message, code: `${keyword}.openapi.validation` }]);
