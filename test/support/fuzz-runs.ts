/** How many cases to try for a property: `FUZZ_RUNS` from the environment, else the test's own number. */
export function fuzzRuns(runs: number): number {
  return readNumber('FUZZ_RUNS') ?? runs;
}

/** The seed of the cases, `FUZZ_SEED`, to repeat a failure; undefined for a new one each time. */
export const fuzzSeed = (): number | undefined => readNumber('FUZZ_SEED');

function readNumber(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value))
    throw new Error(`${name}: saw ${JSON.stringify(text)}, expected a whole number`);
  return value;
}
