import type { z } from 'zod';
import type { ImportReport, PipelineState } from '../../src/core/pipeline/report';
import type { ImportEnd, ImportOutcome } from '../../src/core/tracker/outcome';
import type { Notice } from '../../src/core/tracker/notices/notices';
import type { ReadResultsInput, ResultsPage } from '../../src/core/tracker/read-results';
import type { TrackingState } from '../../src/core/tracker/status';
import type { importEnd, importOutcome } from '../../src/entries/schemas/end';
import type { notice } from '../../src/entries/schemas/notice';
import type { importReport, reportLine } from '../../src/entries/schemas/reports';
import type { resultsPage } from '../../src/entries/schemas/results';
import type { pipelineState, trackingState } from '../../src/entries/schemas/states';
import type { ReportLine } from '../../src/report/report-line';
import type { readResultsInputSchema } from '../../src/report/results/read-results-input';

/** A type with `undefined` allowed wherever a field may be left out, as zod has it. */
type Loose<T> = T extends object
  ? { [K in keyof T]: Loose<T[K]> | (object extends Pick<T, K> ? undefined : never) }
  : T;
type Fits<A, B> = [A] extends [B] ? true : false;
/** Whether two types allow the same values; one that is wider, or has lost a field, does not. */
type Same<A, B> =
  Fits<Loose<A>, Loose<B>> extends true
    ? Fits<Loose<B>, Loose<A>> extends true
      ? Fits<KeysOf<A>, KeysOf<B>> extends true
        ? Fits<KeysOf<B>, KeysOf<A>>
        : false
      : false
    : false;
/** The names of all fields, of whichever form: an optional one that is missing fits. */
type KeysOf<T> = T extends unknown ? keyof T : never;

/** Compiles only if what a schema describes and what the code hands out are the same. */
const held: {
  outcome: Same<z.infer<typeof importOutcome>, ImportOutcome>;
  end: Same<z.infer<typeof importEnd>, ImportEnd>;
  state: Same<z.infer<typeof trackingState>, TrackingState>;
  progress: Same<z.infer<typeof trackingState>['progress'], TrackingState['progress']>;
  pipeline: Same<z.infer<typeof pipelineState>, PipelineState>;
  report: Same<z.infer<typeof importReport>, ImportReport>;
  line: Same<z.infer<typeof reportLine>, ReportLine>;
  page: Same<z.infer<typeof resultsPage>, ResultsPage>;
  asked: Same<z.input<typeof readResultsInputSchema>, ReadResultsInput>;
  notice: Fits<z.infer<typeof notice>, Notice>;
  lost: Same<{ a: string; b?: string }, { a: string }>;
  widened: Same<{ a: 'x' | 'y' }, { a: 'x' }>;
} = {
  ...{ outcome: true, end: true, state: true, progress: true, pipeline: true, report: true },
  ...{ line: true, page: true, asked: true, notice: true },
  // That the comparison finds differences.
  ...{ lost: false, widened: false },
};

test('the types that callers import are those of the schemas', () => {
  // The compiler has compared them: `npm test` begins with its check.
  expect(Object.keys(held)).toHaveLength(12);
});
