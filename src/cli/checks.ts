import { z } from 'zod';
import { loadConfig, type Config } from '../config/config';
import { idSchema } from '../core/id-schema';
import { checkInput, describeProblems } from '../core/validation';
import { CommandError } from './command-error';
import { exitCodes } from './exit-codes';

/** The settings, with the team from the command or the environment. Throws a usage error if neither names one. */
export function configWithTeam(team: string | undefined): Config & { team: string } {
  const config = loadConfig();
  const found = team ?? config.micro.teamId;
  if (found !== null) return { ...config, team: found };
  throw new CommandError(
    'team: saw nothing, expected a team id: pass --team or set MICRO_TEAM_ID',
    exitCodes.usage,
  );
}

/** Throws a usage error for an invalid team id. */
export function requireTeam(team: string | null | undefined): void {
  if (team !== null && team !== undefined) requireValid(z.object({ team: idSchema }), { team });
}

/** Throws a usage error with all problems of a workflow's input: field, value seen, accepted form. */
export function requireValid(schema: Parameters<typeof checkInput>[0], input: unknown): void {
  const checked = checkInput(schema, input);
  if (!checked.ok) throw new CommandError(describeProblems(checked.problems), exitCodes.usage);
}
