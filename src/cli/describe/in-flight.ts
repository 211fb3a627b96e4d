import { z } from 'zod';

const problemSchema = z.object({
  code: z.string(),
  message: z.string().nullish(),
  since: z.string().nullish(),
});

const batchSchema = z.object({
  batch: z.union([z.number(), z.string()]),
  attempt: z.number().nullish(),
  problem: problemSchema.nullish(),
  nextTryAt: z.string().nullish(),
});

/** What workers report about batches in flight; earlier releases report nothing. */
const stateSchema = z.object({
  inFlight: z.array(batchSchema).catch([]).default([]),
  stuck: z.boolean().catch(false).default(false),
});

/**
 * The batches in flight, one per line with attempt, last error and next attempt, and the code of the first problem
 * among them.
 */
export function inFlightOf(state: object): { lines: string[]; problem: string | null } {
  const { inFlight, stuck } = stateSchema.parse(state);
  const lines = inFlight.map(({ batch, attempt, problem, nextTryAt }) =>
    [
      `batch ${batch}`,
      ...(attempt == null ? [] : [`attempt ${attempt}`]),
      ...(nextTryAt == null ? [] : [`next try ${nextTryAt}`]),
      ...(problem == null ? [] : [inWords(problem)]),
    ].join(', '),
  );
  return {
    lines: stuck ? ['stuck: no batch makes progress', ...lines] : lines,
    problem: inFlight.find(({ problem }) => problem != null)?.problem?.code ?? null,
  };
}

function inWords({ code, message, since }: z.infer<typeof problemSchema>): string {
  return `${code}${since == null ? '' : ` since ${since}`}${message == null ? '' : `: ${message}`}`;
}
