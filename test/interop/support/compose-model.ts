import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../../src/config/config';

/** A service of a compose file. */
export interface ComposeService {
  image: string;
  entrypoint?: string[] | null;
  command?: string[] | null;
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  ports?: { host_ip: string; published: string }[];
  volumes?: { type: string; source: string; target: string; read_only?: boolean }[];
  restart: string;
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  privileged?: boolean;
}

/** A compose file, with all that its variables stand for. */
export interface ComposeModel {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
}

/** Reads a compose file as Docker Compose (`executable`) does, with the variables of a file. Rejects with its error. */
export async function composeModel(
  executable: string,
  composeFile: string,
  variables: string,
): Promise<ComposeModel> {
  const files = ['--file', composeFile, '--env-file', variables];
  const { stdout } = await promisify(execFile)(executable, [...files, 'config', '--format', 'json'], {
    cwd: dirname(composeFile),
    env: withoutAccounts(),
  });
  return JSON.parse(stdout) as ComposeModel;
}

/** A service by name; throws when there is none. */
export function composeService({ services }: ComposeModel, name: string): ComposeService {
  const found = services[name];
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
}
