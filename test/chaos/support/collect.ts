import type { ResultsRef } from '../../../src/core/stored-object';
import type { ImportReport } from '../../../src/core/pipeline/report';
import type { ImportEnd } from '../../../src/core/tracker/outcome';
import { reportLineSchema } from '../../../src/report/report-line';
import { checkedLines, storedLines } from '../../../src/report/stored-lines';
import { whenShown } from './api-clock';
import { loadTeam } from './api-faults';
import type { Facts, FollowedImport, IndexEntry, RunPipeline, ReceivedEnd } from './facts';
import type { Loaded, NotifiedParty } from './load';
import { persist } from './persist';
import type { Site } from './site';

/** Collects every end, once no more faults occur. */
export async function collectFacts(site: Site, loaded: Loaded): Promise<Facts> {
  const imports: FollowedImport[] = [];
  for (const each of loaded.imports) imports.push(await followedImport(site, each));
  const journal = await site.emulator.journal();
  const pipelines: RunPipeline[] = [];
  for (const { teamId, rows, report, ...about } of loaded.pipelines)
    pipelines.push({
      ...about,
      domains: Array.from({ length: rows }, (_, row) => `o${row + 1}.example`),
      report: report === null ? null : await readReport(site, report),
      records: await site.emulator.organizations(teamId),
      requests: journal.filter((entry) => entry.operation === 'import' && entry.teamId === teamId),
    });
  return { imports, pipelines, journal, index: await index(site) };
}

async function followedImport(site: Site, { jobId, parties }: Loaded['imports'][number]) {
  const job = await site.emulator.job(loadTeam, jobId);
  const truth = {
    status: job.status,
    ids: idsOf(job.results),
    endedAtMs: whenShown(Date.parse(job.updated_at), site.clockSteps),
  };
  return { jobId, truth, parties: await Promise.all(parties.map((party) => withRows(site, party))) };
}

const idsOf = (results: { id?: string | null | undefined }[] | null | undefined) =>
  results?.map(({ id }) => id ?? null) ?? null;

async function withRows(site: Site, { ends, ...party }: NotifiedParty) {
  return { ...party, ends: await Promise.all(ends.map((end) => receivedEnd(site, end))) };
}

async function receivedEnd(site: Site, end: ImportEnd): Promise<ReceivedEnd> {
  const { status } = end;
  const endedAt = 'tracking' in end ? end.tracking.endedAt : null;
  const job = 'job' in end ? end.job : null;
  const ref = 'resultsRef' in end ? end.resultsRef : null;
  if (ref === null) return { status, endedAt, ids: idsOf(job?.results), storageProblem: null };
  return { status, endedAt, ...(await storedIds(site, ref)) };
}

async function storedIds(
  { store }: Site,
  ref: ResultsRef,
): Promise<Pick<ReceivedEnd, 'ids' | 'storageProblem'>> {
  const ids: (string | null)[] = [];
  try {
    for await (const line of checkedLines(store, ref))
      ids.push((JSON.parse(line) as { id?: string | null }).id ?? null);
    if (ids.length === ref.rows) return { ids, storageProblem: null };
    return { ids, storageProblem: `${ref.uri} has ${ids.length} rows, ${ref.rows} were stored` };
  } catch (error) {
    return { ids: null, storageProblem: (error as Error).message };
  }
}

async function readReport({ store }: Site, report: ImportReport): Promise<RunPipeline['report']> {
  const lines = [];
  for await (const line of storedLines(store, report.reportNdjsonUri))
    lines.push(reportLineSchema.parse(JSON.parse(line)));
  const imports = report.imports.map(({ jobId, status, ...totals }) => ({ jobId, status, totals }));
  return { totals: report.totals, imports, lines };
}

/** Every tracker in the index, by its last run. */
async function index({ env }: Site): Promise<IndexEntry[]> {
  return persist(async () => {
    const entries: IndexEntry[] = [];
    for await (const { workflowId, status, searchAttributes } of env.client.workflow.list({
      query: "WorkflowType = 'trackImport' AND ExecutionStatus != 'ContinuedAsNew'",
    }))
      entries.push({
        workflowId,
        execution: status.name,
        jobId: textOf(searchAttributes['PrismJobId']),
        importStatus: textOf(searchAttributes['PrismImportStatus']),
      });
    return entries;
  });
}

const textOf = (values: unknown): string | null =>
  Array.isArray(values) && typeof values[0] === 'string' ? values[0] : null;
