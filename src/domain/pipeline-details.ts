import type { Lane } from './carried-pipeline';
import type { ImportRecordsRequest } from './import-records';
import { pipelineState, type PipelineProgress } from './pipeline';

/** Most batches in flight that the details list; all of them would be more than a screen holds. */
const mostLines = 20;

/** A pipeline in Markdown for the Temporal UI: counts, and a table of the batches in flight. No row content. */
export function pipelineDetails(progress: PipelineProgress, request: ImportRecordsRequest): string {
  const { rows, batches, processed, warnings } = pipelineState(progress, request);
  const facts =
    rows === null
      ? 'Reading the source.'
      : `${processed} of ${rows} rows in ${batches.finished} of ${batches.total ?? 0} batches${describeEnds(progress)}.`;
  const lines = [`**Import of ${request.objectType} records**: ${progress.phase}`, '', facts];
  for (const warning of warnings) lines.push('', `Warning: ${cell(warning)}`);
  const lanes = [...progress.lanes.values()];
  if (lanes.length > 0) {
    lines.push('', '| batch | job | |', '| ---: | --- | --- |', ...lanes.slice(0, mostLines).map(tableLine));
    if (lanes.length > mostLines) lines.push('', `and ${lanes.length - mostLines} more batches in flight`);
  }
  return lines.join('\n');
}

const tableLine = ({ batch, following, doing }: Lane): string =>
  `| ${batch} | ${cell(following?.jobId ?? '–')} | ${cell(doing)} |`;

function describeEnds({ ended }: PipelineProgress): string {
  const texts = Object.entries(ended).map(([status, count]) => `${count} ${status.replace('_', ' ')}`);
  return texts.length === 0 ? '' : ` (imports: ${texts.join(', ')})`;
}

const cell = (text: string): string =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('|', '\\|')
    .slice(0, 500);
