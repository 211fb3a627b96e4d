/**
 * Measures what installing the package adds: packages, megabytes, native bridges of Temporal's SDK, and problems that
 * npm reports. Compares an empty project with one that has its own Temporal, and this version with the dependencies of
 * 0.1.0. Run by `npm run bench:package`; source of docs/callers/typescript/package.md.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { packTarball } from '../test/package/support/pack';
import { createNpmProject } from '../test/support/npm-project';
import earlier from './support/package-0.1.0.json';

const run = promisify(execFile);
const help = `npm run bench:package

Needs the npm registry, and takes about four minutes.
`;

const ownSdk = ['activity', 'client', 'common', 'worker', 'workflow'].map((name) => `@temporalio/${name}`);
const projects = [
  { what: 'an empty project', own: [] },
  { what: 'one with Temporal 1.24', own: ownSdk.map((name) => `${name}@~1.24.0`) },
];

export async function main(parameters: string[]): Promise<void> {
  const { values } = parseArgs({ args: parameters, options: { help: { type: 'boolean', default: false } } });
  if (values.help) return void process.stdout.write(help);
  const folder = await mkdtemp(join(tmpdir(), 'bench-package-'));
  try {
    const versions = [
      { version: 'none', tarball: null },
      { version: '0.1.0', tarball: await packEarlier(folder) },
      { version: 'this one', tarball: await packTarball(folder) },
    ];
    process.stdout.write('version   project                  packages   MB  native bridges  npm ls\n');
    for (const { what, own } of projects) {
      for (const { version, tarball } of versions) {
        if (tarball === null && own.length === 0) continue;
        const { packages, megabytes, bridges, problems } = await installed(own, tarball);
        const figures = `${String(packages).padStart(8)}${String(megabytes).padStart(5)}${String(bridges).padStart(16)}`;
        process.stdout.write(
          `${version.padEnd(10)}${what.padEnd(25)}${figures}  ${problems ? 'fails' : 'clean'}\n`,
        );
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A tarball with the dependencies of 0.1.0, and its build that is kept for upgrade tests. */
async function packEarlier(folder: string): Promise<string> {
  const content = join(folder, 'earlier', 'package');
  await mkdir(content, { recursive: true });
  await cp(join(__dirname, '..', 'test', 'upgrade', 'builds', '0.1.0'), join(content, 'dist'), {
    recursive: true,
  });
  await writeFile(join(content, 'package.json'), JSON.stringify(earlier));
  const tarball = join(folder, 'earlier.tgz');
  await run('tar', ['-czf', tarball, '-C', join(folder, 'earlier'), 'package']);
  return tarball;
}

/** Installs the tarball into a project that has `own`, and returns what the project then contains. */
async function installed(own: string[], tarball: string | null) {
  const project = await createNpmProject();
  try {
    if (own.length > 0) await project.install(...own);
    if (tarball !== null) await project.install(tarball);
    const packages = await project.packages();
    const { stdout } = await run('du', ['-sm', join(project.folder, 'node_modules')]);
    return {
      packages: packages.length,
      megabytes: Number.parseInt(stdout, 10),
      bridges: packages.filter(({ name }) => name === '@temporalio/core-bridge').length,
      problems: await project.problems(),
    };
  } finally {
    await project.dispose();
  }
}
