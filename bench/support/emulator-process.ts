import { withChild } from './child-process';
import type { ServerRole, Usage } from './emulator-server';

/** A server in a process of its own. */
export interface ServerProcess {
  url: string;
  /** What it has used so far. Rejects when the process has ended. */
  usage: () => Promise<Usage>;
}

/**
 * Starts a server for as long as `use` takes, whatever comes of it. Rejects as `use` does, and when the server cannot
 * start.
 */
export async function withServer<T>(
  role: ServerRole,
  use: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  return withChild<{ url: string }, Usage, T>(
    ['emulator', 'serve', JSON.stringify(role)],
    ({ ready: { url }, usage }) => use({ url, usage }),
  );
}
