import { showProgress, type ProgressView } from './progress';

/** Anything shorter is done before anybody wonders; what is shown changes no faster than this. */
const quietMs = 2000;

/**
 * Does a task, and shows on standard error what is being done if it takes longer than two seconds. The task may say
 * more with `update`. Nothing is left to draw when this resolves or rejects.
 */
export async function withProgress<T>(
  doing: string,
  task: (update: (text: string) => void) => Promise<T>,
): Promise<T> {
  let text = doing;
  let view: ProgressView | null = null;
  const timer = setInterval(() => {
    view ??= showProgress();
    view.update({ processed: null, total: null, text });
  }, quietMs);
  try {
    return await task((next) => {
      text = next;
    });
  } finally {
    clearInterval(timer);
    (view as ProgressView | null)?.stop();
  }
}
