import { createPrismClient } from '../../../src/prism/client';
import type { SourceRow } from '../../../src/ports/batch-reader';
import { reply, startScriptedServer, type ScriptedServer } from '../../support/scripted-server';

/** An API that shows the requests it gets, byte for byte. */
export class SentRows {
  private server: ScriptedServer | null = null;

  async start(): Promise<void> {
    this.server = await startScriptedServer();
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  /** The body of the request that some rows make, as the API receives it. */
  async bodyOf(rows: readonly SourceRow[]): Promise<string> {
    const { server } = this;
    if (server === null) throw new Error('the server has not been started');
    server.requests.length = 0;
    server.answer(reply(202, { job_id: 'j', status: 'processing' }));
    const client = createPrismClient({ baseUrl: server.url, apiKey: 'sk-test', requestsPerSecond: 1000 });
    const sendable = rows.flatMap((row) => ('row' in row ? [row.row] : []));
    const request = { teamId: 't', objectType: 'contact' as const, rows: sendable, options: {} };
    await client.startImport({ ...request, idempotencyKey: 'key-1' });
    return server.requests[0]?.body ?? '';
  }
}

/** The body of a request of rows whose properties are these objects, as JSON. */
export const objects = (...rows: string[]): string =>
  `{"objects":[${rows.map((row) => `{"default":${row}}`).join(',')}]}`;
