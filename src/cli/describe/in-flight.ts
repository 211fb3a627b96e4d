import { z } from 'zod';

const problemSchema = z.union([
  z.string(),
  z.object({ code: z.string(), message: z.string().optional() }).transform((problem) => problem.code),
]);

const batchSchema = z.object({
  batch: z.union([z.number(), z.string()]),
  attempt: z.number().nullish(),
  problem: problemSchema.nullish(),
  nextTryAt: z.string().nullish(),
});

/** What workers say of batches on their way; those of earlier releases say nothing. */
const stateSchema = z.object({
  inFlight: z.array(batchSchema).catch([]).default([]),
  stuck: z.unknown().optional(),
});

/** The batches on their way with attempt, problem and next try, a line each, and the first problem of one. */
export function inFlightOf(state: object): { lines: string[]; problem: string | null } {
  const { inFlight, stuck } = stateSchema.parse(state);
  const lines = inFlight.map(({ batch, attempt, problem, nextTryAt }) =>
    [
      `batch ${batch}`,
      ...(attempt == null ? [] : [`attempt ${attempt}`]),
      ...(problem == null ? [] : [problem]),
      ...(nextTryAt == null ? [] : [`next try ${nextTryAt}`]),
    ].join(', '),
  );
  const isStuck = typeof stuck === 'string' ? stuck : stuck === true ? 'nothing gets on' : null;
  return {
    lines: isStuck === null ? lines : [`stuck: ${isStuck}`, ...lines],
    problem: inFlight.find(({ problem }) => problem != null)?.problem ?? null,
  };
}
