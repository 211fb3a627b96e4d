import { isDumbTerminal } from './dumb-terminal';

/**
 * Whether only ASCII may be drawn: the locale (`LC_ALL`, else `LC_CTYPE`, else `LANG`, as POSIX has it) is of other
 * letters than UTF-8, as `C` and `POSIX` are, or the terminal understands nothing (`TERM=dumb`). Without
 * any of them it is UTF-8, as in most containers.
 */
export function isAsciiTerminal(environment: Record<string, string | undefined> = process.env): boolean {
  const { LC_ALL: all, LC_CTYPE: letters, LANG: language } = environment;
  const locale = [all, letters, language].find((each) => each !== undefined && each !== '');
  return isDumbTerminal(environment) || (locale !== undefined && !/utf-?8/i.test(locale));
}
