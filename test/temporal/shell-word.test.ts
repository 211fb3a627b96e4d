import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from '../support/properties';
import { commandSpan } from '../../src/core/details/markdown';
import { neutralText } from '../../src/core/details/neutral';
import { shellWord } from '../../src/temporal/shell-word';
import { listQuery } from '../../src/temporal/listing/listing';

const shells = ['sh', 'bash', 'dash', 'zsh'].filter(isInstalled);

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', ':']);
    return true;
  } catch {
    return false;
  }
}

/** What a shell makes of the words, run in an empty folder which must stay empty. */
function readBy(shell: string, words: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'prism-imports-words-'));
  try {
    const script = `printf '%s\\0' ${words.join(' ')}`;
    const seen = execFileSync(shell, ['-c', script], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    expect(readdirSync(folder)).toEqual([]);
    return seen.toString().split('\0').slice(0, -1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const fragments = [
  ...['`touch x`', '$(touch x)', '${IFS}', "'; touch x;'", '"; touch x;"', '&& touch x', '| touch x', '> x'],
  ...['-rf', '--', '!', '!!', '*', '?', '[a-z]', '~', '~root', '=ls', '#', '%s', '%', '\\', "\\'", '\\0140'],
  ...[
    ' ',
    '  ',
    '\t',
    '\n',
    '\r',
    '\u001b[2J',
    '\u009b31m',
    '\u0007',
    '\u202e',
    '\u2066',
    '\u200f',
    '\u061c',
  ],
  ...[
    '\u200b',
    '\ufeff',
    '\u2028',
    '\u00a0',
    '\u00ad',
    '|',
    '{namespace}',
    '{a,b}',
    'ä',
    '漢',
    '👩‍💻',
    'e\u0301',
  ],
  ...["'", '"', '`', '$', '(', ')', ';', '&', '<', '>', '^', '@', '://', 'imp-1', '0140'],
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: 'grapheme', maxLength: 3 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''))
  .filter((text) => !text.includes('\0') && !text.endsWith('\n'));

test.each(shells)('every text is one word for %s, and runs nothing', (shell) => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 100, maxLength: 100 }), (texts) => {
      expect(readBy(shell, texts.map(shellWord))).toEqual(texts);
    }),
    { seed: 15, numRuns: 20 },
  );
});

test.each(shells)('a query about a hostile team is one word for %s', (shell) => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 50, maxLength: 50 }), (teams) => {
      const none = { statuses: null, startedBefore: null, startedAfter: null };
      const queries = teams.map((teamId) => listQuery('trackImport', { ...none, teamId }, true));
      expect(readBy(shell, queries.map(shellWord))).toEqual(queries);
    }),
    { seed: 16, numRuns: 5 },
  );
});

test('a word can be shown in Markdown and on a terminal without a change', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const line = `temporal workflow show --workflow-id ${shellWord(text)}`;
      expect(neutralText(line)).toBe(line);
      expect(commandSpan(line)).toBe(`\`${line}\``);
    }),
    { seed: 17, numRuns: 2000 },
  );
});

test.each([
  { text: 'prism-import/team-1/imp_1:2@3', word: 'prism-import/team-1/imp_1:2@3' },
  { text: '', word: "''" },
  { text: 'job 1', word: "'job 1'" },
  { text: "it's", word: `'it'\\''s'` },
  { text: 'a`id`', word: `"$(printf %b 'a\\0140id\\0140')"` },
  { text: 'a\nb', word: `"$(printf %b 'a\\0012b')"` },
  { text: 'ends\n', word: "'(an id that cannot be typed)'" },
  { text: 'nul\0', word: "'(an id that cannot be typed)'" },
])('$text is typed as $word', ({ text, word }) => {
  expect(shellWord(text)).toBe(word);
});

test('a command line that is too long to show is left out, not cut off', () => {
  const line = `temporal workflow cancel --workflow-id ${shellWord('`'.repeat(1000))}`;
  expect(commandSpan(line)).toBe('(the ids are too long for a line to copy)');
});
