import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../../src/config/config';
import type { PrismEmulator, RuleFunction } from 'prism-emulator';

const run = promisify(execFile);

/** What a script told about one thing. */
export type Fact = Record<string, unknown>;

/** The file that pins a version of the SDK. */
export const requirementsOf = (version: string): string => join(__dirname, `requirements-${version}.txt`);

/** The version of the SDK that an interpreter imports. */
export async function installedVersion(python: string): Promise<string> {
  const { stdout } = await run(python, ['-c', 'import micro_so; print(micro_so.__version__)']);
  return stdout.trim();
}

/**
 * Runs a script of this folder against an emulator with an admin API; the facts that it told, by name. Rejects when it
 * does not get to its end.
 */
export async function runScript(
  python: string,
  script: string,
  { emulator, team }: { emulator: PrismEmulator; team: string },
): Promise<Record<string, Fact>> {
  const places = ['--base-url', emulator.baseUrl, '--admin-url', String(emulator.adminUrl), '--team', team];
  const { stdout } = await run(python, [join(__dirname, `${script}.py`), ...places], {
    env: { ...withoutAccounts(), PYTHONDONTWRITEBYTECODE: '1' },
    timeout: 300_000,
  });
  const facts = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Fact & { fact: string });
  return Object.fromEntries(facts.map(({ fact, ...values }) => [fact, values]));
}

/** An answer with an error in the documented envelope, as the scripts report it. */
export const refused = (error: string, status: number, code: string): Fact => ({
  error,
  status,
  code,
  traceable: true,
});

/**
 * Makes a rule's decision: the second request that arrives, which is at work first, waits for the answer of the third.
 */
export function secondWaitsForThird(): RuleFunction {
  let answerThird: () => void = () => undefined;
  const thirdAnswered = new Promise<void>((resolve) => {
    answerThird = resolve;
  });
  return async ({ nth, proceed }) => {
    const answer = proceed();
    if (nth === 2) await thirdAnswered;
    else answerThird();
    return answer;
  };
}
