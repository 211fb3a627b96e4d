// Draws what commands print on a terminal, from real runs of them, as pictures of the documents:
//   node scripts/draw-terminals.mjs start      docs/npm-start.svg: what `npm start` leaves
//   node scripts/draw-terminals.mjs rehearse   docs/rehearse.svg: the example of docs/rehearse.md, line by line at the
//                                              times at which they came. PYTHON names an interpreter with the packages
//                                              of examples/python/requirements.txt (default: python3)
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import nodePty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { terminalPicture } from './terminal-picture.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = join(root, 'docs');
const size = { cols: 116, rows: 80 };
const limitMs = 20 * 60_000;
const ctrlC = '\u0003';

const pictures = { start: drawStart, rehearse: drawRehearsal };
const draw = pictures[process.argv[2]];
if (draw === undefined) {
  console.error(`Usage: node scripts/draw-terminals.mjs ${Object.keys(pictures).join('|')}`);
  process.exitCode = 2;
} else await draw();

async function drawStart() {
  const start = openTerminal('npm', ['start']);
  await start.shows(/Everything stays up until Ctrl-C/);
  write('npm-start.svg', [{ typed: 'npm start', lines: start.lines(/^Temporal server at/) }]);
  start.type(ctrlC);
  await start.ended;
}

async function drawRehearsal() {
  const program = join(root, 'dist', 'cli', 'main.js');
  const [rehearse, parent] = ['rehearse --job-duration 5d --outage 1h..25h', '--mode await --wait-seconds 0'];
  const site = openTerminal(process.execPath, [program, ...rehearse.split(' ')]);
  const [, settings] = await site.shows(/Use it with: (.+)/);
  const environment = Object.fromEntries(settings.split(' ').map((pair) => pair.split('=')));
  const python = process.env.PYTHON ?? 'python3';
  const command = `examples/python/main.py ${parent} | tail -7`;
  const began = site.seconds();
  const child = openTerminal('sh', ['-c', `${python} ${command}`], environment);
  await child.ended;
  await site.shows(/^\S+: complete after /m);
  write('rehearse.svg', [
    { typed: `prism-imports ${rehearse}`, lines: site.lines(/^Temporal server at/) },
    { title: 'second terminal' },
    { typed: `python ${command}`, lines: child.lines(/./, began), at: began },
  ]);
  site.type(ctrlC);
  await site.ended;
}

function write(file, blocks) {
  writeFileSync(join(docs, file), terminalPicture(blocks, size.cols).replaceAll(root, '~/prism-imports/'));
}

/** Runs a program on a terminal of its own, and records the screen and when each line appeared. */
function openTerminal(program, parameters, environment = {}) {
  const env = { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...environment };
  for (const name of ['CI', 'NO_COLOR', 'FORCE_COLOR', 'COLORTERM']) delete env[name];
  const pty = nodePty.spawn(program, parameters, { ...size, cwd: root, env });
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true });
  const beganMs = performance.now();
  const seconds = () => (performance.now() - beganMs) / 1000;
  const cameAt = [];
  const texts = () =>
    Array.from({ length: terminal.buffer.active.length }, (_, row) =>
      terminal.buffer.active.getLine(row).translateToString(true),
    );
  let onChange = () => undefined;
  pty.onData((data) => {
    process.stderr.write(data);
    terminal.write(data, () => {
      texts().forEach((text, row) => text !== '' && (cameAt[row] ??= seconds()));
      onChange();
    });
  });
  const ended = new Promise((resolve) => {
    pty.onExit(() => terminal.write('', resolve));
  });
  return {
    ended,
    seconds,
    type: (keys) => pty.write(keys),
    /** Waits until the screen matches. */
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const fail = (why) => {
          pty.kill();
          reject(new Error(`${program} ${why} ${pattern}:\n${texts().join('\n').trimEnd()}`));
        };
        const limit = setTimeout(() => fail('has not shown'), limitMs);
        onChange = () => {
          const found = pattern.exec(texts().join('\n'));
          if (found === null) return;
          clearTimeout(limit);
          resolve(found);
        };
        onChange();
        void ended.then(() => fail('ended without showing'));
      }),
    /** The lines from the first that matches, with the second at which each appeared, counted from `from`. */
    lines(first, from = 0) {
      const all = texts();
      const last = all.findLastIndex((text) => text !== '');
      const begin = Math.max(
        0,
        all.findIndex((text) => first.test(text)),
      );
      return Array.from({ length: last - begin + 1 }, (_, index) => ({
        cells: terminal.buffer.active.getLine(begin + index),
        at: from + (cameAt[begin + index] ?? 0),
      }));
    },
  };
}
