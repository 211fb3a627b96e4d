import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The address at which a server can be reached, for as long as it lets anybody in. The port stays the same when it is
 * closed and opened again.
 */
export class Listener {
  private reopening: NodeJS.Timeout | null = null;
  /** The last opening or closing, which the next one waits for. */
  private turning: Promise<void> = Promise.resolve();
  private isOpen = true;

  private constructor(
    private readonly server: Server,
    readonly host: string,
    readonly port: number,
    /** Such as `http://127.0.0.1:49152`, as clients on this machine reach it. */
    readonly url: string,
  ) {}

  /** Listens. Rejects, naming address and cause, when that is not possible. */
  static async open(server: Server, host: string, port: number): Promise<Listener> {
    // Clients keep connections between polls; closing one while a request is on its way would look like a fault that
    // nobody asked for.
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
   * Refuses connections, and resets those there are, for so many milliseconds of real time, or until they are accepted
   * again.
   */
  refuseFor(ms: number = Infinity): void {
    if (this.reopening !== null) clearTimeout(this.reopening);
    this.reopening = Number.isFinite(ms) ? setTimeout(() => void this.accept(), ms).unref() : null;
    void this.turn(false);
  }

  /** Refuses connections until {@link accept}; resolves when that is in force. */
  refuse(): Promise<void> {
    this.refuseFor();
    return this.turning;
  }

  /** Accepts connections again. Rejects when the port has been taken meanwhile. */
  accept(): Promise<void> {
    if (this.reopening !== null) clearTimeout(this.reopening);
    this.reopening = null;
    return this.turn(true);
  }

  /** Ends all connections and stops for good. */
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
    // Who waits for it learns of a failure; nobody has to wait.
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
