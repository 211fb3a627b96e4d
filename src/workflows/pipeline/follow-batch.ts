import { condition } from '@temporalio/workflow';
import type { BatchInFlight, BatchPart } from '../../core/pipeline/carried-state';
import { answeredAtOnce, notStarted, type BatchImportEnd } from '../../core/pipeline/batch-import-end';
import { describeDuration } from '../../core/duration';
import { leaveUnsent } from '../../core/pipeline/early-end';
import * as parts from '../../core/pipeline/parts';
import { rangeLabel } from '../../core/pipeline/progress';
import { relaunchOf, relaunchWaitMs } from '../../core/pipeline/launch/relaunch';
import { afterRefused, afterSettled, nextSelection, searchesLeft } from '../../core/pipeline/search/search';
import type { Selection, SentBefore } from '../../core/pipeline/launch/start-import';
import { mustHandOver } from '../runtime/hand-over';
import { waitUnlessEnding } from './end-early';
import { launchBatch, type Launch } from './launch-batch';
import { dedupesRows, plannedOf, publishBatch, searchBudget, type Pipeline } from './pipeline';
import { settleRows } from './settle-rows';
import { toFinish, waitForEnd, startTracker } from './batch-trackers';

/**
 * Takes one batch to its end, from any state: launches its parts one after the other, follows each import, and settles
 * its rows. Problems of the batch go into the report. Throws only what ends the pipeline.
 */
export async function followBatch(pipeline: Pipeline, inFlight: BatchInFlight): Promise<void> {
  for (;;) {
    const { following } = inFlight;
    if (following !== null) {
      publishBatch(pipeline, inFlight, 'waiting for its tracker');
      const end = await waitForEnd(pipeline, following);
      inFlight.following = null;
      const { attempt = 1, relaunches = 0 } = following;
      takeEnd(pipeline, inFlight, { selection: parts.selectionOf(following), attempt, relaunches }, end);
      continue;
    }
    if (inFlight.todo.length === 0) break;
    if (pipeline.ending === null && mayRest(pipeline, inFlight)) await rest(pipeline, inFlight);
    if (pipeline.ending !== null) {
      leaveUnsent(inFlight, pipeline.ending.reason);
      break;
    }
    const todo = inFlight.todo.shift();
    if (todo === undefined) break;
    await launch(pipeline, inFlight, parts.partOf(todo));
  }
  await settleRows(pipeline, inFlight);
}

/** Whether the rest of a batch may wait for the next run. It may not if it is too large to hand over. */
const mayRest = (pipeline: Pipeline, inFlight: BatchInFlight): boolean =>
  pipeline.release02 && mustHandOver(true) && !toFinish(pipeline).includes(inFlight);

/**
 * Waits for the next run, which continues to launch the rest. No run follows if the pipeline ends. If woken, it
 * continues in this run.
 */
async function rest(pipeline: Pipeline, { batch }: BatchInFlight): Promise<void> {
  pipeline.resting.add(batch);
  await condition(() => pipeline.ending !== null || !pipeline.resting.has(batch));
  pipeline.resting.delete(batch);
}

/** Launches a part, or the rows of it that come next. */
async function launch(pipeline: Pipeline, inFlight: BatchInFlight, todo: BatchPart): Promise<void> {
  const next = pipeline.release02 ? nextOf(pipeline, inFlight, todo) : { part: todo, sent: todo.selection };
  if (next === null) return;
  if (todo.relaunches > 0) await waitForRelaunch(pipeline, inFlight, todo);
  // The earlier import of its rows has already ended, and its results count.
  if (todo.relaunches > 0 && pipeline.ending !== null) return;
  const launched = await launchBatch(pipeline, inFlight, next.part, next.sent);
  pipeline.progress.launching.delete(inFlight.batch);
  // An attempt without a known answer affects only the rows that it sent, not later ones.
  const part = { ...next.part, unclear: launched.unclear };
  const sent = parts.withoutIdleCondition(inFlight, next.sent);
  const done = { selection: sent, attempt: launched.attempt, relaunches: part.relaunches };
  switch (launched.kind) {
    case 'given_up':
      inFlight.ended.push({ ...parts.selected(sent), ...notStarted(launched.message, launched.rows) });
      goOn(inFlight, afterSettled(inFlight, next.part, sent, 'given_up'));
      return;
    case 'nothing_to_send':
      return;
    case 'sent_before':
      await takeSentBefore(pipeline, inFlight, next.part, launched.sentBefore);
      return;
    case 'too_large':
      splitUp(pipeline, inFlight, part, sent, launched);
      return;
    case 'refused':
      takeRefusal(pipeline, inFlight, part, sent, launched);
      return;
    case 'finished':
      pipeline.progress.keyWorked = true;
      goOn(inFlight, afterSettled(inFlight, next.part, sent, 'taken'));
      takeEnd(pipeline, inFlight, done, answeredAtOnce(launched.job, launched.resultsRef));
      return;
    case 'accepted':
      pipeline.progress.keyWorked = true;
      goOn(inFlight, afterSettled(inFlight, next.part, sent, 'taken'));
      await startTracker(pipeline, inFlight, done, launched);
  }
}

/** The rows of a part to send next; null if none are left, or if they are given up. */
function nextOf(
  pipeline: Pipeline,
  inFlight: BatchInFlight,
  todo: BatchPart,
): { part: BatchPart; sent: Selection } | null {
  if (todo.relaunches > 0) return { part: todo, sent: todo.selection };
  const [part, ...others] = dedupesRows(pipeline, todo.selection)
    ? parts.dividedByKey(inFlight, todo)
    : [todo];
  inFlight.todo.unshift(...others.map(parts.toTodo));
  if (parts.positionsLeft(inFlight, part)?.length === 0) return null;
  const left = searchesLeft(inFlight, searchBudget(pipeline));
  if (part.searched) {
    if (left === 0) {
      giveUpTogether(inFlight, part);
      return null;
    }
    inFlight.searches += 1;
    pipeline.progress.searches += 1;
  }
  return { part, sent: nextSelection(inFlight, part, plannedOf(pipeline).launchKey, left) };
}

async function waitForRelaunch(pipeline: Pipeline, inFlight: BatchInFlight, part: BatchPart): Promise<void> {
  const waitMs = relaunchWaitMs(part.relaunches);
  const shown = rangeLabel(inFlight.batch, part.selection.range);
  publishBatch(pipeline, inFlight, 'waiting to start it again, since its import failed');
  const summary = `${describeDuration(waitMs)} until batch ${shown} is started again`;
  const { launching } = pipeline.progress;
  const nextTryAt = new Date(Date.now() + waitMs).toISOString();
  launching.set(inFlight.batch, { attempt: 0, problem: null, nextTryAt });
  await waitUnlessEnding(pipeline, waitMs, summary);
  launching.delete(inFlight.batch);
}

function goOn(inFlight: BatchInFlight, left: BatchPart | null): void {
  if (left !== null) inFlight.todo.unshift(parts.toTodo(left));
}

/** Stores how an import ended. If it failed as a whole, its rows are launched again if that is harmless. */
function takeEnd(
  pipeline: Pipeline,
  inFlight: BatchInFlight,
  done: Parameters<typeof relaunchOf>[1],
  end: BatchImportEnd,
): void {
  inFlight.ended.push({ ...end, ...parts.selected(done.selection) });
  const mayRepeat = pipeline.release02 && dedupesRows(pipeline, done.selection);
  goOn(inFlight, mayRepeat ? relaunchOf(inFlight, done, end) : null);
}

/** Uses the answer to a request from a run that a reset has undone. The other rows of the part continue. */
async function takeSentBefore(
  pipeline: Pipeline,
  inFlight: BatchInFlight,
  part: BatchPart,
  { size, unkeyed, selection, answer }: SentBefore,
): Promise<void> {
  inFlight.rows = { size, unkeyed };
  if (answer !== null) pipeline.progress.keyWorked = true;
  parts.settleApart(inFlight, selection);
  goOn(inFlight, parts.unlessEmpty(inFlight, part));
  const done = { selection, attempt: 1, relaunches: 0 };
  if (answer === null) {
    const why = 'sent before without an answer, and not sent again, since that could create the rows twice';
    inFlight.ended.push({ ...parts.selected(selection), ...notStarted(why, 'unknown') });
  } else if (answer.kind === 'finished')
    takeEnd(pipeline, inFlight, done, answeredAtOnce(answer.job, answer.resultsRef));
  else await startTracker(pipeline, inFlight, done, answer);
}

function splitUp(
  pipeline: Pipeline,
  inFlight: BatchInFlight,
  part: BatchPart,
  sent: Selection,
  { rows, message, unclear, attempt }: Extract<Launch, { kind: 'too_large' }>,
): void {
  if (!pipeline.release02) inFlight.unclear ||= unclear;
  const halves = parts.halved(inFlight, sent, rows);
  if (halves === null)
    inFlight.ended.push({ ...parts.selected(sent), ...notStarted(message, unclear ? 'unknown' : 'failed') });
  goOn(inFlight, afterSettled(inFlight, part, sent, 'given_up'));
  // Halves of rows whose import failed before have been launched as often as the whole.
  const before = part.relaunches > 0 ? { relaunches: part.relaunches, attempt } : {};
  const fresh = (half: Selection) =>
    parts.toTodo({ ...parts.newPart(half, pipeline.release02 && unclear), ...before });
  inFlight.todo.unshift(...(halves ?? []).map(fresh));
}

function takeRefusal(
  pipeline: Pipeline,
  inFlight: BatchInFlight,
  part: BatchPart,
  sent: Selection,
  { refusal, message }: Extract<Launch, { kind: 'refused' }>,
): void {
  inFlight.rows = { size: refusal.size, unkeyed: refusal.unkeyed };
  // When it was accepted before, its rows may have been imported, whatever is wrong with it now.
  if (part.relaunches > 0) {
    inFlight.ended.push({ ...parts.selected(sent), ...notStarted(message, 'unknown') });
    return;
  }
  const refusedPart = { ...part, said: message.slice(0, maxMessageLength) };
  const { left, aside, exhausted } = afterRefused(
    inFlight,
    refusedPart,
    sent,
    refusal,
    searchBudget(pipeline),
  );
  inFlight.todo.push(...aside.map(parts.toTodo));
  if (left !== null && exhausted) giveUpTogether(inFlight, left);
  else goOn(inFlight, left);
}

/** Maximum length of the API's message to keep, in characters. */
const maxMessageLength = 700;

function giveUpTogether(inFlight: BatchInFlight, { selection, said, unclear }: BatchPart): void {
  const why = `${said ?? 'refused'} (refused together with other rows, not sent alone)`;
  const end = notStarted(why, unclear ? 'unknown' : 'failed');
  inFlight.ended.push({ ...end, selection: parts.withoutSettled(inFlight, selection), together: true });
}
