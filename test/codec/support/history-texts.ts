import type { Client } from '@temporalio/client';
import { indexClient } from '../../../src/temporal/index-client';

/** A text of a history, or bytes as Latin-1, and where it stands: `trackImport.4.….input.payloads.0.data`. */
export interface HistoryText {
  path: string;
  text: string;
}

/** Every text in the histories of all workflows of the client's namespace, as the server gives them. */
export async function historyTexts(client: Client): Promise<HistoryText[]> {
  const found: HistoryText[] = [];
  for await (const { workflowId, runId, type } of indexClient(client).workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    collect(events, type, found);
  }
  return found;
}

function collect(value: unknown, path: string, found: HistoryText[]): void {
  if (typeof value === 'string') found.push({ path, text: value });
  else if (value instanceof Uint8Array) found.push({ path, text: Buffer.from(value).toString('latin1') });
  else if (typeof value === 'object' && value !== null)
    for (const [key, member] of Object.entries(value)) collect(member, `${path}.${key}`, found);
}

/** Where a word stands, as it is or in base64, whatever is before it. */
export function pathsOf(texts: readonly HistoryText[], word: string): string[] {
  const forms = [word, ...[0, 1, 2].map((offset) => base64Of(word, offset))];
  return texts.filter(({ text }) => forms.some((form) => text.includes(form))).map(({ path }) => path);
}

/** The part of a word's base64 that does not depend on its neighbours, when it begins so many bytes into a group. */
function base64Of(word: string, offset: number): string {
  const padded = Buffer.concat([Buffer.alloc(offset), Buffer.from(word)]);
  const whole = padded.subarray(offset === 0 ? 0 : 3);
  return whole.subarray(0, whole.length - (whole.length % 3)).toString('base64');
}
