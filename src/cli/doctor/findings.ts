/** How a check went: nothing to do, something to know, something that keeps imports from working. */
export type FindingLevel = 'ok' | 'warning' | 'problem';

/** What a check has found. */
export interface Finding {
  /** What was checked, in a few words. */
  check: string;
  level: FindingLevel;
  /** What was seen. */
  seen: string;
  /** What to do about it, with the command to type where there is one; null when there is nothing to do. */
  fix: string | null;
}

/** A finding that asks for nothing. */
export const fine = (check: string, seen: string): Finding => ({ check, level: 'ok', seen, fix: null });
/** A finding to know of. */
export const warning = (check: string, seen: string, fix: string): Finding => ({
  check,
  level: 'warning',
  seen,
  fix,
});
/** A finding that keeps imports from working. */
export const problem = (check: string, seen: string, fix: string): Finding => ({
  check,
  level: 'problem',
  seen,
  fix,
});

/** Whether nothing that was found keeps imports from working. */
export const isWell = (findings: readonly Finding[]): boolean =>
  findings.every(({ level }) => level !== 'problem');
