// Behind `npm run fuzz`: runs the tests in test/fuzz, and the one of files that are read again, at length. `-- --seed
// S` repeats the cases of a run, `--runs N` sets their number per property, and file names select tests.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string', default: '5000' } },
  allowPositionals: true,
});
const seed = values.seed ?? String(randomInt(2 ** 31));
process.stderr.write(`FUZZ_SEED=${seed} FUZZ_RUNS=${values.runs}\n`);

const usual = ['test/fuzz', 'test/report/round-trip'];
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const chosen = positionals.length > 0 ? positionals.map((name) => `test/fuzz/${name}`) : usual;
const { status } = spawnSync(process.execPath, [jest, ...chosen], {
  stdio: 'inherit',
  env: { ...process.env, FUZZ_SEED: seed, FUZZ_RUNS: values.runs },
});
process.stderr.write(`FUZZ_SEED=${seed} FUZZ_RUNS=${values.runs}\n`);
process.exitCode = status ?? 1;
