import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { loadConfig, type Config } from '../config/config';
import { durationForm, parseDuration } from '../core/duration';
import { idSchema } from '../core/ids';
import { checkInput, describeProblems } from '../core/validation';
import { exitCodes } from './exit-codes';
import { CommandError } from './terminal/output';

/** `--json` on every command that prints; `form` says more of it. */
export const jsonOption = (form?: string): Option =>
  new Option('--json', `print the result as JSON${form === undefined ? '' : `, ${form}`}`).default(false);

/** `--team`, by default `MICRO_TEAM_ID`. */
export const teamOption = (): Option => new Option('--team <id>', 'team id (default: MICRO_TEAM_ID)');

/** The settings, with the team that the command or the environment names. Throws a usage error when neither does. */
export function configWithTeam(team: string | undefined): Config & { team: string } {
  const config = loadConfig();
  const found = team ?? config.micro.teamId;
  if (found !== null) return { ...config, team: found };
  throw new CommandError(
    'team: saw nothing, expected a team id: give --team or set MICRO_TEAM_ID',
    exitCodes.usage,
  );
}

/** Throws a usage error when a team that was given is no team id. */
export function requireTeam(team: string | null | undefined): void {
  if (team !== null && team !== undefined) requireValid(z.object({ team: idSchema }), { team });
}

/** Throws a usage error with everything that is wrong with a workflow's input: field, value seen, accepted form. */
export function requireValid(schema: Parameters<typeof checkInput>[0], input: unknown): void {
  const checked = checkInput(schema, input);
  if (!checked.ok) throw new CommandError(describeProblems(checked.problems), exitCodes.usage);
}

/** Parses a whole number of at least `least`. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`Saw ${JSON.stringify(text)}, expected a whole number from ${least}.`);
  };

/** Parses words between commas, each one of those that there are. */
export const listOf =
  <T extends string>(choices: readonly T[]) =>
  (text: string): T[] =>
    text.split(',').map((word) => {
      const found = choices.find((choice) => choice === word.trim());
      if (found !== undefined) return found;
      throw new InvalidArgumentError(`Saw ${JSON.stringify(word)}, expected one of ${choices.join(', ')}.`);
    });

/** Checks a duration, and passes it on as written. */
export function durationText(text: string): string {
  if (parseDuration(text) !== undefined) return text;
  throw new InvalidArgumentError(`Saw ${JSON.stringify(text)}, expected ${durationForm}.`);
}
