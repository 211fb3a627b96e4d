import { withChild } from './child-process';
import type { ServerRole, Usage } from './emulator-server';

/** A server in its own process. */
export interface ServerProcess {
  url: string;
  /** Its usage so far. Rejects if the process has ended. */
  usage: () => Promise<Usage>;
}

/** Runs `use` with a server. Rejects as `use` does, and if the server cannot start. */
export async function withServer<T>(
  role: ServerRole,
  use: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  return withChild<{ url: string }, Usage, T>(
    ['emulator', 'serve', JSON.stringify(role)],
    ({ ready: { url }, usage }) => use({ url, usage }),
  );
}
