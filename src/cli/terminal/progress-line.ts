import { bar, percent } from '../../core/details/markdown';
import { neutralText } from '../../core/details/neutral';
import { displayWidth, truncate } from './terminal';

/** What a line of progress shows. */
export interface ProgressFacts {
  processed: number | null;
  total: number | null;
  text: string;
  /** The time left, in words. */
  left: string;
}

const widestBar = 24;
const narrowBar = 10;

/**
 * A progress bar on one line of at most `width` columns. If it does not fit, it drops in this order: the length of the
 * bar, the row count, the time left, the end of the text. Without a total there is no bar.
 */
export function progressLine({ processed, total, text, left }: ProgressFacts, width: number): string {
  const doing = neutralText(text).replace(/\s+/g, ' ');
  if (total === null) return truncate(` ${doing}`, width);
  const done = Math.min(Math.max(processed ?? 0, 0), total);
  const share = total > 0 ? done / total : 0;
  const head = (cells: number) => ` ${bar(share, cells)} ${percent(share)}`;
  const rows = `${done} of ${total} rows`;
  const forms = [
    [head(widestBar), rows, left, doing],
    [head(narrowBar), rows, left, doing],
    [head(narrowBar), left, doing],
    [head(narrowBar), doing],
  ].map((parts) => parts.join(' | '));
  return forms.find((form) => displayWidth(form) <= width) ?? truncate(forms.at(-1) ?? '', width);
}
