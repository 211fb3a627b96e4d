import {
  connect,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** How a gRPC call fails that is not forwarded: refused as by a server without it, or never answered. */
type Fault = 'unimplemented' | 'silent';

/** A proxy to a Temporal server on which some calls do not work. */
export interface PartialServer {
  /** `host:port` */
  address: string;
  /** Makes a gRPC call, such as `CountWorkflowExecutions`, fail from now on; null makes it work again. */
  fault(call: string, fault: Fault | null): void;
  /** How often a call was made. */
  calls(call: string): number;
  close(): Promise<void>;
}

/** Starts a proxy to the server at this address, on which everything works at first. */
export async function startPartialServer(target: string): Promise<PartialServer> {
  const faults = new Map<string, Fault>();
  const made: string[] = [];
  const onward = connect(`http://${target}`);
  const server = createServer();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    const call = (headers[':path'] ?? '').replace(/.*\//, '');
    made.push(call);
    const fault = faults.get(call);
    stream.on('error', () => undefined);
    if (fault === 'unimplemented') refuse(stream, call);
    else if (fault === undefined) handOn(stream, onward.request({ ...headers, ':authority': target }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: (call, fault) => void (fault === null ? faults.delete(call) : faults.set(call, fault)),
    calls: (call) => made.filter((each) => each === call).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        onward.destroy();
        for (const session of sessions) session.destroy();
      }),
  };
}

/** An answer that consists only of trailers (gRPC over HTTP2, "Responses"). */
function refuse(stream: ServerHttp2Stream, call: string): void {
  const status = { 'grpc-status': '12', 'grpc-message': `unknown method ${call}` };
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true });
}

function handOn(stream: ServerHttp2Stream, request: ReturnType<ReturnType<typeof connect>['request']>): void {
  request.on('error', () => stream.close());
  stream.on('close', () => request.close());
  let trailers: IncomingHttpHeaders = {};
  request.on('response', (headers, flags) => {
    const endStream = (flags & 1) === 1; // END_STREAM: trailers alone
    stream.respond(headers, { endStream, waitForTrailers: !endStream });
    if (endStream) return;
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    request.on('trailers', (end: IncomingHttpHeaders) => (trailers = end));
    pipeline(request, stream, () => undefined);
  });
  pipeline(stream, request, () => undefined);
}
