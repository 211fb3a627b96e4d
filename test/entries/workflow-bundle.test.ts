import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const logger = new DefaultLogger('ERROR');
/** The files of a bundle, as its source map names them. */
async function filesOf(workflowsPath: string): Promise<string[]> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger });
  const [, map = ''] = /sourceMappingURL=data:application\/json;[^,]*,(\S+)/.exec(code) ?? [];
  const { sources } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] };
  return sources;
}

const ofPackages = (files: string[]) => files.filter((file) => file.includes('/node_modules/'));

test('a workflow that calls the tracker takes neither zod nor a module of Node into its bundle', async () => {
  const files = await filesOf(require.resolve('./support/team-parent'));
  const own = files.filter((file) => !file.includes('/node_modules/'));
  expect(own.some((file) => file.endsWith('src/workflows/messages.ts'))).toBe(true);
  const rooms = own.flatMap((file) => /\/src\/(\w+)\/[^/]/.exec(file)?.[1] ?? []);
  expect([...new Set(rooms)].sort()).toEqual(['core', 'entries', 'workflows']);
  // All that it has of packages is the SDK, of which any workflow has as much.
  expect(ofPackages(files).sort()).toEqual(
    ofPackages(await filesOf(require.resolve('./support/sdk-alone'))).sort(),
  );
});

test('the workflows themselves are bundled with those of a team', async () => {
  const files = await filesOf(require.resolve('./support/team-workflows'));
  for (const file of ['src/workflows/track-import.ts', 'support/team-parent.ts'])
    expect(files.some((each) => each.endsWith(file))).toBe(true);
});
