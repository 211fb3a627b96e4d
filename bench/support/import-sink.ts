import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An API that accepts any rows at once, stores nothing, and needs no memory for large requests. */
export interface ImportSink {
  baseUrl: string;
  close(): void;
}

const rowStart = Buffer.from('{"default":');

/** Starts it on a free port. */
export async function startImportSink(): Promise<ImportSink> {
  const server = createServer((request, response) => {
    void countRows(request).then(
      (total) => {
        const results = Array.from({ length: total }, (_, input_index) => ({ input_index, created: true }));
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ job_id: null, status: 'complete', total, results }));
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { baseUrl: `http://127.0.0.1:${port}`, close };
}

/** Counts the rows of a request's body without keeping it. */
async function countRows(request: IncomingMessage): Promise<number> {
  let rows = 0;
  let rest = Buffer.alloc(0);
  for await (const chunk of request as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    let at = bytes.indexOf(rowStart);
    let seen = 0;
    for (; at !== -1; at = bytes.indexOf(rowStart, seen)) {
      rows += 1;
      seen = at + rowStart.length;
    }
    rest = bytes.subarray(Math.max(seen, bytes.length - rowStart.length + 1));
  }
  return rows;
}
