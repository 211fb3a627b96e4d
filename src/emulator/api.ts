import { ok, refuse, type Answer } from './answers';
import { Imports } from './imports';
import { JobBook, viewJob } from './jobs';
import { createRandom } from './random';
import { RateLimit } from './rate-limit';
import { countRecords, getRecord, listRecords } from './reads';
import { RecordStore } from './records';
import { headerOf, type ApiRequest } from './request';
import { routeOf } from './router';
import type { EmulatorSettings } from './settings';
import { onlyAnswer, type Work } from './work';

/** The API without its transport: all that an emulator remembers, and what each request does to it. Nothing in it waits. */
export class PrismApi {
  readonly records = new RecordStore();
  readonly jobs: JobBook;
  private readonly imports: Imports;
  private readonly rates: RateLimit;

  constructor(private readonly settings: EmulatorSettings) {
    this.jobs = new JobBook(settings, createRandom(settings.seed, 'jobs'));
    this.imports = new Imports(settings, this.records, this.jobs, createRandom(settings.seed, 'records'));
    this.rates = new RateLimit(settings.requestsPerSecond);
  }

  /** Carries a request out. What it returns must be settled. */
  handle(request: ApiRequest): Work {
    const refused = this.refuseKey(request);
    if (refused !== null) return onlyAnswer(refused);
    const route = routeOf(request.method, request.path);
    if (route === null) return onlyAnswer(refuse(404, 'not_found', 'There is no such operation'));
    const { teamId } = route;
    if (this.settings.teams !== undefined && !this.settings.teams.includes(teamId)) {
      return onlyAnswer(refuse(403, 'forbidden', 'The API key has no access to this team'));
    }
    switch (route.operation) {
      case 'import':
        return this.imports.handle(request, route);
      case 'status':
        return { ...onlyAnswer(this.status(teamId, route.jobId, request.now)), jobId: route.jobId };
      case 'count':
        return onlyAnswer(countRecords(this.records.table(teamId, route.kind)));
      case 'list':
        return onlyAnswer(listRecords(this.records.table(teamId, route.kind), request.query));
      case 'get':
        return onlyAnswer(getRecord(this.records.table(teamId, route.kind), route.id, request.query));
    }
  }

  private refuseKey(request: ApiRequest): Answer | null {
    const key = headerOf(request, 'x-api-key');
    if (!key) return refuse(401, 'unauthorized', 'The header x-api-key is missing');
    if (this.settings.apiKey !== undefined && !this.settings.apiKey.includes(key)) {
      return refuse(403, 'forbidden', 'The API key is not valid');
    }
    const seconds = this.rates.take(key, request.now);
    if (seconds === null) return null;
    return {
      ...refuse(429, 'rate_limited', 'Too many requests'),
      headers: { 'retry-after': String(seconds) },
    };
  }

  private status(teamId: string, jobId: string, now: number): Answer {
    const job = this.jobs.find(teamId, jobId, now);
    return job === undefined ? refuse(404, 'not_found', 'Import job not found') : ok(viewJob(job, now));
  }
}
