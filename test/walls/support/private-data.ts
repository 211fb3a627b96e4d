import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { allText } from '../../support/all-text';

/** What no history, log line, metric or answer may show. Nothing else in a test of walls has the word `marked`. */
export const privateData = {
  apiKey: 'mk-marked-key-0123456789',
  tenant: 'marked-tenant-secret',
  /** In every row of the files that are imported. */
  cell: 'Marked Cell',
  /** The only line of a file outside the sources. */
  outside: 'marked-outside-root:x:0:0',
};

/** The forms in which a text may stand among bytes: as it is, in UTF-16, in hexadecimal, in base64 at any offset. */
function formsOf(text: string): RegExp[] {
  const bytes = Buffer.from(text);
  const inBase64 = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // Characters at both ends also hold bits of what stands beside.
    return whole.slice(offset === 0 ? 0 : offset + 1, -1);
  });
  const utf16 = Buffer.from(text, 'utf16le').toString('latin1');
  return [text, utf16, bytes.toString('hex'), ...inBase64].map(
    (form) => new RegExp(form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), text === form ? 'i' : ''),
  );
}

const forbidden = ['marked', 'Marked', ...Object.values(privateData)].map((text) => ({
  text,
  forms: formsOf(text),
}));

/** The private data found in a text, whatever the form. */
export function leaksIn(text: string): string[] {
  return forbidden
    .filter(({ forms }) => forms.some((form) => form.test(text)))
    .map(({ text: found }) => found);
}

/**
 * What is kept of each workflow of the namespace: its history and how it is listed, by its id. Decodes no payload,
 * since a memo may be in any encoding, and takes histories of any size.
 */
export async function allKept({
  address,
  namespace = 'default',
}: TestWorkflowEnvironment): Promise<Map<string, string>> {
  const kept = new Map<string, string>();
  const channelArgs = { 'grpc.max_receive_message_length': -1 };
  const connection = await Connection.connect({ address, channelArgs });
  try {
    const { workflowService } = connection;
    const client = new Client({ connection, namespace });
    let nextPageToken: Uint8Array | null = null;
    do {
      const page: Awaited<ReturnType<typeof workflowService.listWorkflowExecutions>> =
        await workflowService.listWorkflowExecutions({ namespace, nextPageToken });
      for (const listed of page.executions) {
        const { workflowId, runId } = listed.execution ?? {};
        const id = String(workflowId);
        const history = await client.workflow.getHandle(id, String(runId)).fetchHistory();
        kept.set(id, [kept.get(id) ?? '', allText(history, 'latin1'), allText(listed, 'latin1')].join('\n'));
      }
      nextPageToken = page.nextPageToken.length > 0 ? page.nextPageToken : null;
    } while (nextPageToken !== null);
  } finally {
    await connection.close();
  }
  return kept;
}
