import { ok, refuse, type Answer } from '../http/answers';
import type { Api, End } from '../http/api';
import { headerOf, type ApiRequest } from '../http/request';
import type { Rule } from '../rules/rule';
import { viewDefinitions } from './imports/definitions';
import { Imports } from './imports/imports';
import { statusAt } from './jobs/job-time';
import { viewJob } from './jobs/view-job';
import { countRecords, findRecord, getRecord, listRecords, queryRecords } from './workspace/reads';
import type { EmulatorState } from '../state';
import { entryOf, type JournalEntry } from './journal-entry';
import { routeOf, type PrismRoute } from './routes';
import { onlyAnswer, type PrismWork } from './work';

type ReadRoute = Exclude<PrismRoute, { operation: 'import' | 'status' }>;

/** The API without its transport: how each request changes the state. Everything is synchronous, except `ready`. */
export class PrismApi implements Api<PrismRoute, PrismWork, JournalEntry> {
  readonly routeOf = routeOf;
  private readonly imports: Imports;

  constructor(private readonly state: EmulatorState) {
    this.imports = new Imports(state);
  }

  /** Resolves once a request can be handled; `undefined` if that is now. */
  ready(request: ApiRequest<PrismRoute>): Promise<void> | undefined {
    const { route } = request;
    return route?.operation === 'import' ? this.imports.wait(request, route) : undefined;
  }

  /** Handles a request; a rule may script the import that it starts. The caller must settle the result. */
  handle(request: ApiRequest<PrismRoute>, rule?: Rule): PrismWork {
    const { route } = request;
    const refused = this.refuse(request);
    if (refused !== null) return onlyAnswer(refused);
    if (request.body === null) return onlyAnswer(this.oversize());
    if (route === null) return onlyAnswer(refuse(404, 'not_found', 'There is no such operation'));
    if (route.operation === 'import') return this.imports.handle(request, route, rule);
    if (route.operation === 'status') {
      return { ...onlyAnswer(this.status(route.teamId, route.jobId, request.now)), jobId: route.jobId };
    }
    return onlyAnswer(this.read(request, route));
  }

  /** Records that a rule made a request fail before it was handled. */
  fail(request: ApiRequest<PrismRoute>): void {
    const { route } = request;
    if (route?.operation === 'import') this.imports.fail(request, route);
  }

  /** The journal entry of a request. */
  entryOf(request: ApiRequest<PrismRoute>, work: PrismWork | undefined, end: End): JournalEntry {
    return entryOf(request, work, end);
  }

  /** Checks key, quota and team, as the gateway does first. */
  private refuse(request: ApiRequest<PrismRoute>): Answer | null {
    const { route } = request;
    const { apiKey, teams } = this.state.settings;
    const key = headerOf(request, 'x-api-key');
    if (!key) return refuse(401, 'unauthorized', 'The header x-api-key is missing');
    const known = apiKey === undefined || (Array.isArray(apiKey) ? apiKey.includes(key) : apiKey.has(key));
    if (!known) return refuse(403, 'forbidden', 'The API key is not valid');
    const name = this.state.hash(key);
    const seconds = this.state.rates.take(name, request.now);
    if (seconds !== null) {
      return {
        ...refuse(429, 'rate_limited', 'Too many requests'),
        headers: { 'retry-after': String(seconds) },
      };
    }
    this.state.changes.add({ type: 'counted', key: name, at: request.now });
    if (route === null) return null;
    const allowed = apiKey instanceof Map ? apiKey.get(key) : teams;
    const may = (list: string[] | undefined) => list === undefined || list.includes(route.teamId);
    return may(allowed) && may(teams)
      ? null
      : refuse(403, 'forbidden', 'The API key has no access to this team');
  }

  private oversize(): Answer {
    const { maxBodyBytes, oversizeAnswer } = this.state.settings;
    const { status, envelope } = oversizeAnswer;
    const answer = refuse(status, 'payload_too_large', `The body is larger than ${maxBodyBytes} bytes`);
    return { ...answer, envelope };
  }

  private status(teamId: string, jobId: string, now: number): Answer {
    const { settings, jobs } = this.state;
    const job = jobs.find(teamId, jobId, now);
    if (typeof job === 'string') {
      const code = job === 'expired' && settings.tellExpired ? 'expired' : 'not_found';
      return { ...refuse(404, code, 'Import job not found'), envelope: settings.missingJobBody };
    }
    const hint = settings.pollHint.status;
    const advised = hint !== undefined && statusAt(job, now) === 'processing';
    return ok(viewJob(job, settings, now), 200, advised ? { 'retry-after': String(hint) } : {});
  }

  private read(request: ApiRequest<PrismRoute>, route: ReadRoute): Answer {
    if (route.operation === 'lists' || route.operation === 'get-list') return this.lists(route);
    if (route.operation === 'properties') return viewDefinitions(this.state, route, request.query);
    const table = this.state.records.table(route.teamId, route.kind);
    switch (route.operation) {
      case 'count':
        return countRecords(table);
      case 'list':
        return listRecords(table, request.query);
      case 'query':
        return queryRecords(table, request.json());
      case 'get':
        return getRecord(table, route.id, request.query);
      case 'find':
        return findRecord(table, route.slug, route.value);
    }
  }

  private lists(route: Extract<PrismRoute, { operation: 'lists' | 'get-list' }>): Answer {
    const own = this.state.settings.lists.filter(({ team_id }) => team_id === route.teamId);
    if (route.operation === 'lists') return ok({ data: own });
    const list = own.find(({ id }) => id === route.id);
    return list === undefined ? refuse(404, 'not_found', 'List not found') : ok(list);
  }
}
