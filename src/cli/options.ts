import { InvalidArgumentError, Option } from 'commander';
import { durationForm, parseDuration } from '../core/duration';

/** `--json`, for every command that prints; `form` adds to its help. */
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

/** Parses a comma-separated list of allowed words. */
export const listOf =
  <T extends string>(choices: readonly T[]) =>
  (text: string): T[] =>
    text.split(',').map((word) => {
      const found = choices.find((choice) => choice === word.trim());
      if (found !== undefined) return found;
      throw new InvalidArgumentError(`Saw ${JSON.stringify(word)}, expected one of ${choices.join(', ')}.`);
    });

/** Validates a duration and returns it unchanged. */
export function durationText(text: string): string {
  if (parseDuration(text) !== undefined) return text;
  throw new InvalidArgumentError(`Saw ${JSON.stringify(text)}, expected ${durationForm}.`);
}
