import { runCommand } from '../../../src/dev/run-command';
import { findOnPath, installStep } from './tools-folder';

/**
 * Runs `apt-get` as root, with as little to say and to ask as it can. Rejects with what was tried, seen, and the
 * advice.
 */
export const aptGet = (parameters: string[], advice: string): Promise<void> =>
  asRoot(['apt-get', '-o', 'DPkg::Lock::Timeout=600', '-qq', ...parameters], advice);

/** Runs a step of an installation as root. Rejects with what was tried, seen, and the advice. */
export async function asRoot(command: string[], advice: string): Promise<void> {
  const [program = '', ...rest] = [...(await privilege(advice)), ...command];
  await installStep(program, rest, { advice, environment: { DEBIAN_FRONTEND: 'noninteractive' } });
}

/** Whether this is a system whose packages `apt-get` installs. */
export const hasAptGet = async (): Promise<boolean> => (await findOnPath(['apt-get'])) !== null;

/** What to put before a command that needs root: nothing for root itself, else sudo when it asks for no password. */
async function privilege(advice: string): Promise<string[]> {
  if (process.getuid?.() === 0) return [];
  const sudo = await runCommand('sudo', ['-n', 'true'], { environment: process.env, limitMs: 10_000 });
  if (sudo.ok) return ['sudo', '-n'];
  throw new Error(`apt-get needs root, and \`sudo -n\` does not work (${sudo.seen}). ${advice}`);
}
