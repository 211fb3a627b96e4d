// Builds dist/: compiles src/ and bundles the workflows for the worker.
//   node scripts/build.mjs               checks types, builds always
//   node scripts/build.mjs --if-changed  builds only when something changed since the last build; leaves types to
//                                        `npm run typecheck`
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const bundle = join(dist, 'workflow-bundle.js');
const emulatorPart = join(dist, 'emulator');
const marker = join(dist, '.inputs-sha256');
/** What to compile, in this order: each has a tsconfig.build.json, src/ and dist/. */
const packages = [join(root, 'emulator'), root];
const configuration = [
  ...['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'emulator/tsconfig.build.json'],
  'scripts/build.mjs',
];

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Hash of all inputs of a build. */
function inputsHash() {
  const hash = createHash('sha256');
  for (const file of [
    ...configuration.map((name) => join(root, name)),
    ...packages.flatMap((folder) => filesBelow(join(folder, 'src'))),
  ]) {
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

const isBuilt = (hash) =>
  [bundle, marker, join(root, 'emulator', 'dist', 'index.js')].every((file) => existsSync(file)) &&
  readFileSync(marker, 'utf8') === hash;

function compile(folder, parameters) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(
    process.execPath,
    [tsc, '-p', join(folder, 'tsconfig.build.json'), ...parameters],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  );
  if (status !== 0) throw new Error('The TypeScript compiler found errors (see above).');
}

/**
 * Makes the emulator part of dist/. For users of the package it is not a package of its own, so npm need not bundle it,
 * and zod with it.
 */
function takeInEmulator() {
  rmSync(emulatorPart, { recursive: true, force: true });
  const isTaken = (file) => !/tsbuildinfo$|dist\/main\./.test(file);
  cpSync(join(root, 'emulator', 'dist'), emulatorPart, { recursive: true, filter: isTaken });
  for (const file of filesBelow(dist).filter((name) => /(\.d\.ts|\.js)$/.test(name) && name !== bundle)) {
    const text = readFileSync(file, 'utf8');
    const path = relative(dirname(file), join(emulatorPart, 'index.js')).replaceAll('\\', '/');
    const own = text.replace(/(["'])prism-emulator\1/g, `'${path.startsWith('.') ? path : `./${path}`}'`);
    if (own !== text) writeFileSync(file, own);
  }
}

/** Removes compiled files whose sources are gone. */
function removeStale(folder) {
  const compiled = join(folder, 'dist');
  for (const file of filesBelow(compiled).filter((name) => !name.startsWith(join(emulatorPart, sep)))) {
    const source = join(folder, 'src', file.slice(compiled.length)).replace(
      /(\.d\.ts|\.js|\.js\.map)$/,
      '.ts',
    );
    const isCompiled = source.endsWith('.ts') && file !== bundle;
    if (isCompiled && !existsSync(source)) rmSync(file);
  }
}

/** The bundle, with a source map whose names are relative to the repository's root. */
function withoutThisPlace(code) {
  return code.replace(/(?<=^\/\/# sourceMappingURL=data:application\/json;[^,]*,).*$/m, (data) => {
    const map = Buffer.from(data, 'base64').toString();
    return Buffer.from(map.replaceAll(root, '')).toString('base64');
  });
}

async function bundleWorkflows() {
  const require = createRequire(import.meta.url);
  const { bundleWorkflowCode } = require('@temporalio/worker');
  const { bundleOptions } = require(join(dist, 'bundle-options.js'));
  const quiet = () => undefined;
  const logger = {
    log: quiet,
    trace: quiet,
    debug: quiet,
    info: quiet,
    warn: console.warn,
    error: console.error,
  };
  const { code } = await bundleWorkflowCode({
    ...bundleOptions(),
    logger,
  });
  writeFileSync(`${bundle}.${process.pid}`, withoutThisPlace(code));
  renameSync(`${bundle}.${process.pid}`, bundle);
}

const ifChanged = process.argv.includes('--if-changed');
const hash = inputsHash();
if (!ifChanged || !isBuilt(hash)) {
  try {
    rmSync(marker, { force: true });
    for (const folder of packages) {
      compile(folder, ifChanged ? ['--noCheck'] : []);
      removeStale(folder);
    }
    takeInEmulator();
    await bundleWorkflows();
    writeFileSync(marker, hash);
  } catch (error) {
    console.error(`Build failed: ${error.message}`);
    process.exitCode = 1;
  }
}
