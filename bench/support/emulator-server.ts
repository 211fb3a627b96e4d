import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startPrismEmulator } from 'prism-emulator';
import { answerParent } from './child-process';

/**
 * What a server process serves: the emulator, or a bare server that reads a request's body and answers with a fixed
 * status and text.
 */
export type ServerRole = { serves: 'emulator' } | { serves: 'fixed'; status: number; text: string };

/** What a server process has used so far: CPU time of all threads, current and peak resident memory. */
export interface Usage {
  cpuMicros: number;
  rssBytes: number;
  peakRssBytes: number;
}

/** Serves until the parent closes the channel or ends. First sends its address. */
export async function serve(role: ServerRole): Promise<void> {
  answerParent(usage);
  const url = role.serves === 'emulator' ? await serveEmulator() : await serveFixed(role.status, role.text);
  process.send?.({ url });
}

// Jobs run while they are polled, with growing counters, as in production.
async function serveEmulator(): Promise<string> {
  const { baseUrl } = await startPrismEmulator({ job: { duration: '1h' } });
  return baseUrl;
}

function serveFixed(status: number, text: string): Promise<string> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const answer = (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(status, headers).end(text);
  const server = createServer((incoming, response) => {
    if (incoming.headers['content-length'] === undefined) answer(incoming, response);
    else incoming.resume().once('end', () => answer(incoming, response));
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ),
  );
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { maxRSS } = process.resourceUsage();
  return { cpuMicros: user + system, rssBytes: process.memoryUsage.rss(), peakRssBytes: maxRSS * 1024 };
}
