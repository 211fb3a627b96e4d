/** Severity: nothing to do, something to know, something that keeps imports from working. */
export type FindingLevel = 'ok' | 'warning' | 'problem';

/** The result of a check. */
export interface Finding {
  /** What was checked, in a few words. */
  check: string;
  level: FindingLevel;
  /** What was seen. */
  seen: string;
  /** How to fix it, with the command if there is one; null if there is nothing to do. */
  fix: string | null;
}

/** A finding that needs no action. */
export const fine = (check: string, seen: string): Finding => ({ check, level: 'ok', seen, fix: null });
/** A finding to know about. */
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

/** Whether no finding keeps imports from working. */
export const hasNoFailure = (findings: readonly Finding[]): boolean =>
  findings.every(({ level }) => level !== 'problem');
