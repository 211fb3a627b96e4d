import { InvalidArgumentError, Option } from 'commander';
import { durationForm, parseDuration } from '../core/duration';

/** `--json` on every command that prints; `form` says more of it. */
export const jsonOption = (form?: string): Option =>
  new Option('--json', `print the result as JSON${form === undefined ? '' : `, ${form}`}`).default(false);

/** `--team`, by default `MICRO_TEAM_ID`. */
export const teamOption = (): Option => new Option('--team <id>', 'team id (default: MICRO_TEAM_ID)');

/** Parses a whole number of at least `least`. */
export const wholeNumberOption =
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
