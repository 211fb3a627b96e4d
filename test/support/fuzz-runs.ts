/** How many cases a property is tried with: `FUZZ_RUNS` from the environment, else what a test says itself. */
export function fuzzRuns(runs: number): number {
  return readNumber('FUZZ_RUNS') ?? runs;
}

/** The seed of the cases, `FUZZ_SEED`, to see a failure again; undefined for another one each time. */
export const fuzzSeed = (): number | undefined => readNumber('FUZZ_SEED');

function readNumber(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value))
    throw new Error(`${name}: saw ${JSON.stringify(text)}, expected a whole number`);
  return value;
}
