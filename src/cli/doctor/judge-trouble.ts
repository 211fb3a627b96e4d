import { problemCodes } from '../../core/tracker/outcome';
import type { TroubleCounts } from '../../temporal/listing/index-counts';
import { fine, problem, warning, type Finding } from './findings';

/** The open workflows of a type and how many have problems; or why this is unknown. */
export type SeenTrouble = { open: number; trouble: TroubleCounts } | { unknown: string };

/** Judges the open imports. */
export const judgeImports = (seen: SeenTrouble): Finding =>
  judge('Imports in trouble', seen, 'imports', 'prism-imports list --problem --ask');

/** Judges the open pipelines. */
export const judgePipelines = (seen: SeenTrouble): Finding =>
  judge('Pipelines in trouble', seen, 'pipelines', 'prism-imports list --pipelines --problem');

function judge(check: string, seen: SeenTrouble, what: string, command: string): Finding {
  if ('unknown' in seen) return warning(check, `could not be counted: ${seen.unknown}`, command);
  const { open, trouble } = seen;
  if (trouble.total === 0) return fine(check, `none of ${open} open ${what}`);
  const counts = problemCodes.map((code) => ({ code, count: trouble.byProblem[code] }));
  const known = counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  const others = trouble.total - known.reduce((sum, { count }) => sum + count, 0);
  const codes = [
    ...known.map(({ code, count }) => `${count} ${code}`),
    ...(others > 0 ? [`${others} other`] : []),
  ];
  return problem(
    check,
    `${trouble.total} of ${open} open ${what}: ${codes.join(', ')}`,
    `Run ${command} to see them and how to act on all of them.`,
  );
}
