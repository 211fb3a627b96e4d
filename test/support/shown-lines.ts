import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** What a shell parsed from one command line: the program and its words. */
export type SeenCommand = [program: string, ...words: string[]];

const printer = `#!${process.execPath}
console.log(JSON.stringify([require('node:path').basename(process.argv[1]), ...process.argv.slice(2)]));
`;

/**
 * Runs command lines in a real shell in which `temporal` and `prism-imports` only print their words. Rejects if a line
 * leaves anything in the shell's folder, or on standard error.
 */
export async function typed(shell: string, lines: readonly string[]): Promise<SeenCommand[]> {
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-shown-'));
  const [programs, place] = [join(folder, 'programs'), join(folder, 'place')];
  try {
    await Promise.all([mkdir(programs), mkdir(place)]);
    for (const name of ['temporal', 'prism-imports']) {
      await writeFile(join(programs, name), printer);
      await chmod(join(programs, name), 0o755);
    }
    const { stdout, stderr } = await promisify(execFile)(shell, ['-c', lines.join('\n')], {
      cwd: place,
      env: { PATH: [programs, process.env['PATH']].join(delimiter), HOME: place },
    });
    const left = await readdir(place);
    if (stderr !== '' || left.length > 0) throw new Error(`A line did more: ${stderr} ${left.join(' ')}`);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as SeenCommand);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Ids as an attacker would write them; each would create a file `touched` if it were run. */
export const hostileIds = [
  'a`touch touched`b',
  '`touch touched`',
  "'; touch touched;'",
  '"; touch touched; "',
  '$(touch touched)',
  '${IFS}$HOME',
  '--help',
  '-rf',
  '!!',
  '*',
  '~',
  'two  spaces ',
  ' & touch touched | cat {namespace} > touched',
  "it's 100 % sure\\",
  '\u202egnp.touch\u2066\u200b\ufeff',
  'ünï–漢 👩‍💻',
];

/** The same, and ids that only workflows can have. */
export const hostileWorkflowIds = [
  ...hostileIds,
  'two\nlines; touch touched',
  '\u001b[2Jtouch\u0007',
  '\u009b31m\r`touch touched`',
];
