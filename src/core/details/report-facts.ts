import type { ImportReport } from '../pipeline/report';
import { code, count } from './markdown';

/** Maximum length of a URI, in characters after URL encoding. */
const maxUriLength = 500;

/** The location of a report, as a row of a Markdown table. */
export const reportFact = (uri: string): [string, string] => ['Report', code(uri, maxUriLength)];

/** The locations of a report's files, and its other facts, as rows of a Markdown table. */
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
 * What an operator should know, and do, about rows that the API refused together; null if there are none. One or two
 * sentences, without foreign text.
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
