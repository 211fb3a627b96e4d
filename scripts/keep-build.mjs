// Keeps the current worker for upgrade tests: `node scripts/keep-build.mjs`, once per release. Writes
// test/upgrade/builds/VERSION/: the workflow bundle, and the worker with its libraries except those of Temporal, AWS
// and OpenTelemetry. Never changes kept builds.
import { Buffer } from 'node:buffer';
import { build } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = join(root, 'test', 'upgrade', 'builds', version);

if (existsSync(folder)) {
  console.error(
    `${folder} is there already: a build once kept is never replaced. Is the version in package.json a new one?`,
  );
  process.exit(2);
}

mkdirSync(folder, { recursive: true });
await build({
  entryPoints: [join(root, 'dist', 'worker.js')],
  outfile: join(folder, 'worker.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  // These are installed once and have native parts, or are loaded only if configured.
  external: ['@temporalio/*', '@aws-sdk/*', '@opentelemetry/*'],
  // Names stay, because workflows and activities are called by them.
  minifyWhitespace: true,
  legalComments: 'eof',
});
const bundle = readFileSync(join(root, 'dist', 'workflow-bundle.js'), 'utf8');
// The SDK requires a source map in every bundle; an empty one saves two thirds of its size.
const map = Buffer.from('{"version":3,"sources":[],"names":[],"mappings":""}').toString('base64');
const lastLine = `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}`;
writeFileSync(join(folder, 'workflow-bundle.js'), bundle.replace(/^\/\/# sourceMappingURL=.*$/m, lastLine));
console.log(`Kept ${version} in ${folder}`);
