import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callerPages } from '../package/support/caller-pages';
import { packTarball } from '../package/support/pack';
import { createNpmProject, type NpmProject } from '../support/npm-project';

const compilers = { '5.4': 'typescript@5.4.5', newest: 'typescript@7.0.2' };
const nameOf = (version: string) => `typescript-${version}`;

/** Temporal's own packages as a team uses them without ours: what a compiler says of those, it says of these. */
const withoutUs = `
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { proxyActivities } from '@temporalio/workflow';
export const used: unknown[] = [Client, Worker, proxyActivities];
`;

const resolutions = [
  { moduleResolution: 'node16', module: 'node16', endings: ['mts', 'cts'] },
  { moduleResolution: 'nodenext', module: 'nodenext', endings: ['mts', 'cts'] },
  { moduleResolution: 'bundler', module: 'esnext', endings: ['ts'] },
];

let folder: string;
let project: NpmProject;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prism-types-'));
  project = await createNpmProject();
  const aliases = Object.entries(compilers).map(([version, name]) => `${nameOf(version)}@npm:${name}`);
  await project.install(await packTarball(folder), '@types/node@20', ...aliases);
  for (const ending of ['mts', 'cts', 'ts']) {
    for (const [entry, page] of Object.entries(callerPages))
      await project.write(`${pageOf(entry)}.${ending}`, page);
    await project.write(`without-us.${ending}`, withoutUs);
  }
});
afterAll(async () => {
  await project?.dispose();
  await rm(folder, { recursive: true, force: true });
});

const pageOf = (entry: string) => `page-${entry.replace(/\W/g, '') || 'index'}`;

/** The errors of a strict compilation that checks the types of every library too. */
async function errorsOf(
  version: string,
  pages: string[],
  { endings, ...resolution }: (typeof resolutions)[number],
): Promise<string[]> {
  const files = pages.flatMap((page) => endings.map((ending) => `${page}.${ending}`));
  const options = { ...resolution, strict: true, noEmit: true, target: 'es2022', types: ['node'] };
  const compilerOptions = { ...options, skipLibCheck: false };
  await project.write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
  const said = await project
    .node([join('node_modules', nameOf(version), 'bin', 'tsc')])
    .catch((error: { stdout: string }) => error.stdout);
  return said.split('\n').filter((line) => line.includes('error TS'));
}

describe.each(Object.keys(compilers))('TypeScript %s, strict, without skipLibCheck', (version) => {
  test.each(resolutions)('takes the types of every entry with $moduleResolution', async (resolution) => {
    const pages = Object.keys(callerPages).map(pageOf);
    const errors = await errorsOf(version, pages, resolution);
    const ours = errors.filter((line) => !/^node_modules\/(?!prism-imports\/)/.test(line));
    expect(ours).toEqual([]);
    // The newest has no more to say. An old one does not understand all that Temporal's packages bring along: no more
    // than that is said with ours.
    const known = errors.length === 0 ? [] : await errorsOf(version, ['without-us'], resolution);
    expect(errors.filter((line) => !known.includes(line))).toEqual([]);
    if (version === 'newest') expect(errors).toEqual([]);
  });

  test.each(resolutions.slice(0, 2))(
    'has nothing to say of what a workflow and a program import, with $moduleResolution',
    async (resolution) => {
      expect(await errorsOf(version, ['.', './workflow'].map(pageOf), resolution)).toEqual([]);
    },
  );
});
