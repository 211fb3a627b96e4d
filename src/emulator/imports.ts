import { rowOutcome, type RowResult } from '../domain/import-job';
import { invalidRequest, ok, refuse, type Answer } from './answers';
import { fingerprintOf, IdempotencyKeys, type Claim, type KeyConflict } from './idempotency';
import { viewLaunch, type JobBook } from './jobs';
import type { Random } from './random';
import type { RecordStore } from './records';
import { headerOf, type ApiRequest } from './request';
import { jobPath, type Route } from './router';
import { importRows } from './row-import';
import type { EmulatorSettings } from './settings';
import { checkImportBody, type ImportBody } from './validation';
import { onlyAnswer, type Work } from './work';

type ImportRoute = Extract<Route, { operation: 'import' }>;

const longestKey = 255;

const conflicts: Record<KeyConflict, string> = {
  mismatch: 'The Idempotency-Key was used with another method, path or body',
  stale: 'The Idempotency-Key is older than 24 hours: use a new key',
  in_progress: 'A request with this Idempotency-Key is still being worked on',
};

/**
 * `POST /{kind}/import`. Rows are settled and records visible at once, when the import is launched; a job only shows its results later. So two
 * imports at the same time agree on who created a record, and the sum of results always equals what can be read back.
 */
export class Imports {
  private readonly keys = new IdempotencyKeys<Work>();

  constructor(
    private readonly settings: EmulatorSettings,
    private readonly records: RecordStore,
    private readonly jobs: JobBook,
    private readonly ids: Random,
  ) {}

  /** Answers an import request: executes it, or replays or refuses it by its Idempotency-Key. */
  handle(request: ApiRequest, route: ImportRoute): Work {
    if (!request.bodyFits) {
      const message = `The body is larger than ${this.settings.maxBodyBytes} bytes`;
      return onlyAnswer(refuse(413, 'payload_too_large', message));
    }
    const key = headerOf(request, 'idempotency-key');
    if (key === undefined) return this.execute(request, route);
    if (key === '' || key.length > longestKey) {
      return onlyAnswer(invalid('.headers.idempotency-key', 'length', 'must have 1 to 255 characters'));
    }
    const body = request.json();
    const print = fingerprintOf(request.method, request.path, body.valid ? body.value : 'not JSON');
    const held = this.keys.claim(route.teamId, key, print, request.now);
    if (held.state === 'claimed') return this.executeOnce(held.claim, request, route);
    if (held.state === 'replay') return this.replay(held.value);
    return onlyAnswer(refuse(409, `idempotency_key_${held.state}`, conflicts[held.state]));
  }

  private executeOnce(claim: Claim<Work>, request: ApiRequest, route: ImportRoute): Work {
    try {
      const work = this.execute(request, route);
      const settle = (status: number | null): void => {
        if (status !== null && status >= 500) claim.free();
        else claim.complete(work);
      };
      return { ...work, settle };
    } catch (error) {
      claim.free();
      throw error;
    }
  }

  private replay(work: Work): Work {
    if (work.jobId !== null) this.jobs.countReplay(work.jobId);
    const headers = { ...work.answer.headers, 'idempotent-replay': 'true' };
    return { ...work, answer: { ...work.answer, headers }, replayed: true };
  }

  private execute(request: ApiRequest, route: ImportRoute): Work {
    const type = headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') {
      return onlyAnswer(invalid('.headers.content-type', 'enum', 'must be application/json'));
    }
    const body = request.json();
    if (!body.valid) return onlyAnswer(invalid('.body', 'format', 'must be JSON'));
    const checked = checkImportBody(body.value);
    if (!checked.ok) return onlyAnswer(invalidRequest(checked.errors));
    return this.importBatch(route, checked.value, request.now);
  }

  private importBatch({ teamId, kind }: ImportRoute, { objects, options }: ImportBody, now: number): Work {
    const table = this.records.table(teamId, kind);
    const results = importRows(table, kind, objects, options, this.ids.uuid);
    const rows = objects.length;
    if (rows < this.settings.asyncThreshold) return { ...onlyAnswer(ok(finished(results))), rows };
    const job = this.jobs.launch(teamId, kind, results, now);
    const answer = ok(viewLaunch(job), 202, { location: jobPath(teamId, job.id) });
    return { ...onlyAnswer(answer), jobId: job.id, rows };
  }
}

/** The ImportJob of an import that was answered at once. It is stored nowhere and so has no dates. */
function finished(results: RowResult[]): Record<string, unknown> {
  const total = results.length;
  const failed = results.filter((result) => rowOutcome(result) === 'failed').length;
  const counts = { total, processed: total, succeeded: total - failed, failed };
  return { job_id: null, status: 'complete', ...counts, results };
}

const invalid = (field: string, keyword: string, message: string): Answer =>
  invalidRequest([{ field, message, code: `${keyword}.openapi.validation` }]);
