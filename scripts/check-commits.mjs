// Checks the subjects of commits: `type(folder): imperative summary`, at most 72 characters; a commit about the whole
// project names no folder.
//   node scripts/check-commits.mjs [BASE]   those after BASE; default: those since the rule holds
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lastBeforeRule = '14d100b443bfb61438a0c1951a0ae9b6a823f3a9';
const form = /^(?:feat|fix|refactor|perf|test|docs|build|chore)(?:\([a-z\d/-]+\))?: \S/;
const maxLength = 72;

/** The output of git, or null if it fails or is missing. */
function git(...parameters) {
  const { status, stdout } = spawnSync('git', parameters, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** The commits to check, for `git log`; null in a copy whose history lacks the base. */
function range() {
  // The folder may be inside another repository.
  if (git('rev-parse', '--show-prefix') !== '') return null;
  const base = process.argv[2] ?? lastBeforeRule;
  return git('merge-base', '--is-ancestor', base, 'HEAD') === null ? null : [`${base}..HEAD`];
}

const commits = range();
const lines = commits && git('log', '--no-merges', '--format=%h %s', ...commits);
for (const line of lines?.split('\n') ?? []) {
  const subject = line.slice(line.indexOf(' ') + 1);
  if (line === '' || (form.test(subject) && subject.length <= maxLength)) continue;
  console.error(`${line}\n  expected "type(folder): summary", at most ${maxLength} characters`);
  process.exitCode = 1;
}
