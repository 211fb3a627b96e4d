import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The address of a server, which can be closed and opened again on the same port. */
export class Listener {
  private reopening: NodeJS.Timeout | null = null;
  /** The last opening or closing; the next one waits for it. */
  private turning: Promise<void> = Promise.resolve();
  private isOpen = true;

  private constructor(
    private readonly server: Server,
    readonly host: string,
    readonly port: number,
    /** Such as `http://127.0.0.1:49152`, as clients on this machine reach it. */
    readonly url: string,
  ) {}

  /** Starts to listen. Rejects, naming address and cause, if that fails. */
  static async open(server: Server, host: string, port: number): Promise<Listener> {
    // Clients keep connections open between polls. Closing one while a request is in flight would look like a fault
    // that nobody configured.
    server.keepAliveTimeout = 600_000;
    try {
      await once(server.listen(port, host), 'listening');
    } catch (cause) {
      throw new Error(`The emulator cannot listen on ${host}:${port}: give another port or host`, { cause });
    }
    const address = server.address() as AddressInfo;
    return new Listener(server, host, address.port, urlOf(address));
  }

  /**
   * Resets all connections and refuses new ones, for a number of real milliseconds or until they are accepted again.
   */
  refuseFor(ms: number = Infinity): void {
    if (this.reopening !== null) clearTimeout(this.reopening);
    this.reopening = Number.isFinite(ms) ? setTimeout(() => void this.accept(), ms).unref() : null;
    void this.turn(false);
  }

  /** Refuses connections until {@link accept}; resolves once this is in effect. */
  refuse(): Promise<void> {
    this.refuseFor();
    return this.turning;
  }

  /** Accepts connections again. Rejects if another process has taken the port. */
  accept(): Promise<void> {
    if (this.reopening !== null) clearTimeout(this.reopening);
    this.reopening = null;
    return this.turn(true);
  }

  /** Closes all connections and stops for good. */
  async close(): Promise<void> {
    if (this.reopening !== null) clearTimeout(this.reopening);
    await this.turn(false);
  }

  private turn(open: boolean): Promise<void> {
    this.turning = this.turning
      .catch(() => undefined)
      .then(async () => {
        if (open === this.isOpen) return;
        if (open) await once(this.server.listen(this.port, this.host), 'listening');
        else await shut(this.server);
        this.isOpen = open;
      });
    // Callers that wait for it see the failure; nobody has to wait.
    this.turning.catch(() => undefined);
    return this.turning;
  }
}

async function shut(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

function urlOf({ address, port }: AddressInfo): string {
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
