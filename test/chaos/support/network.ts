import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** An unreliable network between two processes: a TCP proxy on loopback. */
export class Network {
  private readonly sockets = new Set<Socket>();
  private cuts = 0;
  private stalls = 0;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {
    server.on('connection', (socket) => this.join(socket));
  }

  /** Opens a proxy to a port on loopback. */
  static async open(targetPort: number): Promise<Network> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new Network(server, targetPort);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resets all connections, and new ones at once, for a time. */
  async cut(forMs: number): Promise<void> {
    this.cuts += 1;
    this.resetAll();
    await pause(forMs);
    this.cuts -= 1;
  }

  /** Holds all bytes back for a time, then delivers them. */
  async stall(forMs: number): Promise<void> {
    this.stalls += 1;
    for (const socket of this.sockets) socket.pause();
    await pause(forMs);
    this.stalls -= 1;
    if (this.stalls === 0) for (const socket of this.sockets) socket.resume();
  }

  async close(): Promise<void> {
    this.resetAll();
    this.server.close();
    await once(this.server, 'close');
  }

  private resetAll(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  private join(near: Socket): void {
    if (this.cuts > 0) {
      near.on('error', () => undefined);
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.targetPort, '127.0.0.1');
    this.carry(near, far);
    this.carry(far, near);
  }

  private carry(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      if (this.stalls === 0) from.resume();
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    if (this.stalls > 0) from.pause();
  }
}
