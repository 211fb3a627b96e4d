// Draws what commands print on a terminal, from real runs of them, as pictures of the documents:
//   node scripts/draw-terminals.mjs start      docs/npm-start.svg: what `npm start` leaves
//   node scripts/draw-terminals.mjs rehearse   docs/rehearse.svg: the example of docs/rehearse.md, line by line at the
//                                              times at which they came. PYTHON names an interpreter with the packages
//                                              of examples/python/requirements.txt (default: python3)
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { terminalPicture } from './terminal-picture.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const require = createRequire(import.meta.url);
require('./require-typescript.cjs');
const { ctrlC, killLeftScreens, openOnScreen } = require('../test/cli/support/run-on-screen.ts');

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = join(root, 'docs');
const size = { columns: 116, rows: 80 };
const limitMs = 20 * 60_000;

const pictures = { start: drawStart, rehearse: drawRehearsal };
const draw = pictures[process.argv[2]];
if (draw === undefined) {
  console.error(`Usage: node scripts/draw-terminals.mjs ${Object.keys(pictures).join('|')}`);
  process.exitCode = 2;
} else {
  process.chdir(root);
  await draw().finally(killLeftScreens);
}

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
  writeFileSync(join(docs, file), terminalPicture(blocks, size.columns).replaceAll(root, '~/prism-imports/'));
}

/** Runs a program on a terminal of its own, and records when each line appeared. */
function openTerminal(program, parameters, environment = {}) {
  const beganMs = performance.now();
  const seconds = () => (performance.now() - beganMs) / 1000;
  const cameAt = [];
  let buffer = null;
  const onDrawn = (terminal, written) => {
    process.stderr.write(written);
    buffer = terminal.buffer.active;
    run.rows().forEach((text, row) => text !== '' && (cameAt[row] ??= seconds()));
  };
  const run = openOnScreen(
    program,
    parameters,
    { LANG: 'C.UTF-8', ...environment },
    { ...size, limitMs, onDrawn },
  );
  /** The lines from the first that matches, with the second at which each appeared, counted from `from`. */
  const lines = (first, from = 0) => {
    const all = run.rows();
    const begin = Math.max(
      0,
      all.findIndex((text) => first.test(text)),
    );
    return all.slice(begin).map((_, index) => ({
      cells: buffer.getLine(begin + index),
      at: from + (cameAt[begin + index] ?? 0),
    }));
  };
  return { ...run, seconds, lines };
}
