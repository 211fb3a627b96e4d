import { setTimeout as delay } from 'node:timers/promises';
import { listChanges, type ListChange } from './list-changes';
import type { ListedImport } from '../../temporal/listing/listing';
import type { FailedNotices } from '../../temporal/listing/failed-notices';
import type { ImportList } from '../../temporal/listing/list-imports';
import { neutralLine } from '../../core/details/neutral';
import { explain } from '../errors';
import { exitCodes } from '../exit-codes';
import { onInterrupt } from '../terminal/follow-result';
import { listTable, moreText } from './list-table';
import { recounting } from './recount';
import { failedNoticesText, warnOfNotices } from './print-failed-notices';
import { printLine, printToStderr, printJsonLine } from '../terminal/output';
import { openScreen } from '../terminal/screen';
import { canDraw, colorize } from '../terminal/terminal';

const refreshIntervalMs = 2000;

/** What to watch, and how to show it. */
interface WatchFlags {
  pipelines: boolean;
  json: boolean;
}

/** Shows the latest list, or why there is none. */
interface WatchView {
  show(list: ImportList): void;
  /** Shows an error until the next list; the watch continues. */
  complain(message: string): void;
  /** Shows failed notices below all further lists. */
  showNotices(found: FailedNotices): void;
  close(): void;
}

/**
 * Refreshes a list until Ctrl-C or SIGTERM, then sets the exit code 130. On a terminal the list is redrawn in place;
 * elsewhere each change is a line. Rejects if the first fetch fails; later ones are retried. Failed notices are counted
 * every 30 s, and no list waits for that.
 */
export async function watchList(
  fetchList: () => Promise<ImportList>,
  countNotices: () => Promise<FailedNotices>,
  flags: WatchFlags,
): Promise<void> {
  const interrupt = onInterrupt();
  // The reader has closed the pipe, as `| head` does.
  let isReaderGone = false;
  const readerGone = new Promise((resolve) => process.stdout.once('error', resolve)).then(() => {
    isReaderGone = true;
  });
  const stopped = Promise.race([interrupt.promise, readerGone]).then(() => null);
  let view: WatchView | null = null;
  const recount = recounting(countNotices, (found) => view?.showNotices(found));
  try {
    for (;;) {
      const list = await Promise.race([view === null ? fetchList() : fetchList().catch(asText), stopped]);
      if (list === null) break;
      view ??= canDraw(process.stdout) && !flags.json ? screenView(flags) : lineView(flags);
      if (typeof list === 'string') view.complain(list);
      else view.show(list);
      if (!flags.pipelines) recount(Date.now());
      const waited = await Promise.race([delay(refreshIntervalMs, 'waited'), stopped]);
      if (waited === null) break;
    }
  } finally {
    view?.close();
    view = null;
    interrupt.dispose();
  }
  if (!isReaderGone) process.exitCode = exitCodes.interrupted;
}

const asText = (error: unknown): string => explain(error).message;

function screenView({ pipelines }: WatchFlags): WatchView {
  let last: ImportList = { rows: [], more: false };
  let problem = '';
  let notices = '';
  const title = pipelines ? 'Pipelines' : 'Imports';
  const screen = openScreen(process.stdout, ({ columns, rows }) => {
    // The head takes two lines, title and foot take one each, with an empty line between; notices take another.
    const shown = last.rows.slice(0, Math.max(1, rows - (notices === '' ? 6 : 7)));
    const hidden = last.rows.length - shown.length;
    const foot = last.more ? moreText(shown.length) : hidden > 0 ? `and ${hidden} more` : '';
    return [
      `${colorize(title, 'strong')}  ${new Date().toISOString()}  Ctrl-C ends`,
      '',
      ...(shown.length === 0
        ? ['None found.']
        : listTable(shown, Date.now(), { width: columns, pipelines }).split('\n')),
      '',
      ...(notices === '' ? [] : [colorize(notices, 'doubtful')]),
      problem === '' ? foot : colorize(problem, 'bad'),
    ];
  });
  return {
    show(list) {
      last = list;
      problem = '';
      screen.draw();
    },
    complain(message) {
      problem = neutralLine(message);
      screen.draw();
    },
    showNotices(found) {
      const which = found.count === null ? '' : '; run `list` without --watch to see which';
      notices = found.count === 0 ? '' : neutralLine(`${failedNoticesText(found)}${which}`);
      screen.draw();
    },
    close: () => screen.close(),
  };
}

function lineView({ json }: WatchFlags): WatchView {
  let last: readonly ListedImport[] = [];
  let printed = '';
  let printedNotices = '';
  return {
    show({ rows }) {
      for (const change of listChanges(last, rows)) {
        if (json) printJsonLine(asJson(change));
        else printLine(changeLine(change));
      }
      last = rows;
      printed = '';
    },
    complain(message) {
      if (message !== printed) printToStderr(`Warning: ${message}`);
      printed = message;
    },
    showNotices(found) {
      const text = found.count === 0 ? '' : failedNoticesText(found);
      if (text === printedNotices) return;
      printedNotices = text;
      if (json || found.count === null) warnOfNotices(found);
      else if (found.count > 0) printLine(`${new Date().toISOString()}  ${text}. Which: ${found.command}`);
    },
    close: () => undefined,
  };
}

const asJson = ({ row, before, after, problemBefore }: ListChange) => ({
  ...row,
  before,
  after,
  problemBefore,
});

function changeLine({ row, before, after, problemBefore }: ListChange): string {
  const { teamId, jobId, workflowId } = row;
  const name = teamId === null || jobId === null ? workflowId : `${teamId} ${jobId}`;
  const was = withProblem(before, problemBefore);
  const is = withProblem(after, row.problem);
  const what = is === null ? `${was}, no longer listed` : was === null ? is : `${was} → ${is}`;
  return `${new Date().toISOString()}  ${name}  ${what}`;
}

const withProblem = (status: string | null, problem: string | null): string | null =>
  status === null || problem === null ? status : `${status} (${problem})`;
