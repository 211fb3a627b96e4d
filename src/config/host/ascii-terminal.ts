import { isDumbTerminal } from './dumb-terminal';

/**
 * Whether output must be ASCII: the locale (`LC_ALL`, else `LC_CTYPE`, else `LANG`, as in POSIX) is not UTF-8, for
 * instance `C` or `POSIX`, or the terminal has no features (`TERM=dumb`). Without a locale, UTF-8 is assumed, as in
 * most containers.
 */
export function isAsciiTerminal(environment: Record<string, string | undefined> = process.env): boolean {
  const { LC_ALL: all, LC_CTYPE: letters, LANG: language } = environment;
  const locale = [all, letters, language].find((each) => each !== undefined && each !== '');
  return isDumbTerminal(environment) || (locale !== undefined && !/utf-?8/i.test(locale));
}
