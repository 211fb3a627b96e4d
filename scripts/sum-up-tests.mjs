// Sums up reports of jest (`--json`) for `.ci/run`: the slowest files, the tests that passed only at their second
// attempt, and, as the last line, how many tests passed, failed and were skipped. Exits with 1 if any failed.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const shownFiles = 10;

const total = { passed: 0, failed: 0, skipped: 0 };
const files = [];
const secondAttempts = [];
for (const path of process.argv.slice(2)) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // A run without a report crashed before it ended.
    total.failed += 1;
    continue;
  }
  total.passed += report.numPassedTests;
  // A test file that could not be loaded counts as one failure.
  total.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  total.skipped += report.numPendingTests + report.numTodoTests;
  for (const { name, startTime, endTime, assertionResults } of report.testResults) {
    const file = relative(root, name);
    files.push({ file, seconds: Math.round((endTime - startTime) / 1000) });
    for (const { fullName, status, invocations = 1 } of assertionResults)
      if (status === 'passed' && invocations > 1) secondAttempts.push(`${file}: ${fullName}`);
  }
}

files.sort((one, other) => other.seconds - one.seconds);
console.log('Longest files, in seconds:');
for (const { file, seconds } of files.slice(0, shownFiles))
  console.log(`${String(seconds).padStart(6)}  ${file}`);
if (secondAttempts.length > 0) console.log('Passed only at the second attempt, worth a look:');
for (const test of secondAttempts) console.log(`  ${test}`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;
