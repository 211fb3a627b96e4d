import { join } from 'node:path';
import { withoutAccounts } from '../../../src/config/config';
import { goProgram, type GoProgram } from './go-program';

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

/** Builds the program that reads compose files, with the library by which Docker Compose reads them. */
export const composeReader = (): Promise<GoProgram> => goProgram(join(__dirname, '..', 'compose'));

/** Reads a compose file as Docker Compose does, with the variables of a file. Rejects with the library's error. */
export async function composeModel(
  reader: GoProgram,
  composeFile: string,
  variables: string,
): Promise<ComposeModel> {
  return JSON.parse(await reader.run([composeFile, variables], withoutAccounts())) as ComposeModel;
}

/** A service by name; throws when there is none. */
export function composeService({ services }: ComposeModel, name: string): ComposeService {
  const found = services[name];
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
}
