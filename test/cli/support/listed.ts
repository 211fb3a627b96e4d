import type { ListedImport } from '../../../src/temporal/listing/listing';
import type { Environment } from '../../../src/config/config';
import { runCli } from './run-cli';

/** What `prism-imports list --json` prints. */
export async function listed(environment: Environment): Promise<ListedImport[]> {
  const { stdout } = await runCli(['list', '--json'], environment);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ListedImport);
}
