import { join } from 'node:path';
import { withoutAccounts, type Environment } from '../../../src/config/config';
import { createImport } from './caller-imports';
import { startCallerSite, type CallerSite } from './caller-site';
import { goProgram } from './go-program';

/** The example in Go, built, and all that it meets. */
export interface GoCaller {
  site: CallerSite;
  /** What the example prints in this mode; rejects with what it says on standard error. */
  answer<T>(mode: string, options: Record<string, string>, environment?: Environment): Promise<T>;
  /** An import of so many rows, of which the first ones failed with a message of 100 characters. */
  createImport(rows: number, failed: number): Promise<{ team: string; job: string }>;
  close(): Promise<void>;
}

/** Builds the example and starts what it meets. */
export async function startGoCaller(): Promise<GoCaller> {
  const go = await goProgram(join(__dirname, '..', '..', '..', 'examples', 'go'));
  const site = await startCallerSite().catch(async (error: unknown) => {
    await go.close();
    throw error;
  });
  return {
    site,
    async answer<T>(mode: string, options: Record<string, string>, environment: Environment = {}) {
      const places = { address: site.server.address, 'base-url': site.emulator.baseUrl };
      const given = Object.entries({ mode, ...places, ...options });
      const parameters = given.map(([name, value]) => `-${name}=${value}`);
      return JSON.parse(await go.run(parameters, { ...withoutAccounts(), ...environment })) as T;
    },
    async createImport(rows, failed) {
      const { teamId, jobId } = await createImport(site, rows, failed);
      return { team: teamId, job: jobId };
    },
    async close() {
      await site.close();
      await go.close();
    },
  };
}
