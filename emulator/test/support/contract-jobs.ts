import type { EmulatorSettings } from '../../src/settings';
import type { ReadExchange } from './exchange';

interface JobNumbers {
  job_id: string | null;
  status: string;
  total: number;
  processed?: number;
  succeeded?: number;
  failed?: number;
  results?: { error?: unknown; input_index?: number }[];
}

/** What does not add up in an ImportJob: sums that no JSON Schema can express. Nothing for other answers. */
export function jobProblems(
  { operation, status, path, body }: ReadExchange,
  settings: EmulatorSettings,
): string[] {
  const isJob =
    (operation?.name === 'import' && status < 300) || (operation?.name === 'status' && status === 200);
  if (operation === null || !isJob) return [];
  const job = body as JobNumbers;
  const { total, processed, succeeded = 0, failed = 0, results } = job;
  const problems: string[] = [];
  if (processed !== undefined && processed !== succeeded + failed) {
    problems.push('processed is not succeeded and failed together');
  }
  if (processed !== undefined && processed > total) problems.push('processed is more than total');
  const [, asked] = operation.path.exec(path) ?? [];
  if (asked !== undefined && job.job_id !== decodeURIComponent(asked)) {
    problems.push('job_id is not the id asked for');
  }
  if (results === undefined) return problems;
  const positions = results.flatMap(({ input_index }) => input_index ?? []);
  if (new Set(positions).size < positions.length) problems.push('results repeat an input_index');
  if (positions.some((position) => position >= total)) problems.push('an input_index is not below total');
  if (!isWhole(job, settings)) return problems;
  const errors = results.filter(({ error }) => error !== undefined).length;
  if (results.length !== processed || errors !== failed) problems.push('results are not what was counted');
  return problems;
}

/** Whether the settings promise a result for every row. */
function isWhole({ job_id, status }: JobNumbers, { results, resultsMissing }: EmulatorSettings): boolean {
  return status === 'complete' && resultsMissing === 0 && (results === 'all' || job_id === null);
}
