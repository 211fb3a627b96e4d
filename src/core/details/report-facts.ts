import type { ImportReport } from '../pipeline/report';
import { code, count } from './markdown';

/** Most characters of a URI, encoded for a URL. */
const maxUriLength = 500;

/** Where a report is, for a table in Markdown. */
export const reportFact = (uri: string): [string, string] => ['Report', code(uri, maxUriLength)];

/** Where the files of a report are and what else is to be known of it, for a table in Markdown. */
export function reportFacts(report: ImportReport): [string, string][] {
  const { reportUri, resultsFileUri, failedRowsUri, brokenRowsUri } = report;
  const together = refusedTogetherText(report);
  const files: [string, string | null | undefined][] = [
    ['Rows with their ids', resultsFileUri],
    ['Failed rows', failedRowsUri],
    ['Broken rows', brokenRowsUri],
  ];
  return [
    reportFact(reportUri),
    ...files.flatMap(([name, uri]): [string, string][] =>
      typeof uri === 'string' ? [[name, code(uri, maxUriLength)]] : [],
    ),
    ...(together === null ? [] : ([['Refused together', together]] as [string, string][])),
  ];
}

/**
 * What an operator should know of rows that the API refused together, and what to do; null when there are none. One
 * sentence or two of our own words.
 */
export function refusedTogetherText({
  totals,
  refusedTogether = 0,
}: Pick<ImportReport, 'totals' | 'refusedTogether'>): string | null {
  if (refusedTogether === 0) return null;
  const which = `${count(refusedTogether)} of the ${count(totals.failed)} failed rows`;
  return (
    `${which} were refused together with others and not sent one by one, which would have taken too many ` +
    'requests: the API may accept some of them. Import the failed rows again, in smaller batches (batchSize) or with ' +
    'more requests (maxExtraRequests)'
  );
}
