import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Disk } from '../support/failing-disk/disk';
import { TemporaryFiles } from '../support/temporary-files';

const program = join(__dirname, '..', 'support', 'failing-disk', 'write-objects.js');
let files: TemporaryFiles;
let disk: Disk;
beforeEach(() => {
  files = new TemporaryFiles();
  disk = Disk.make(join(files.folder, 'disk'));
  mkdirSync(join(disk.folder, 'there'));
});
afterEach(() => files.remove());

/** Writes objects into the store on the disk; returns what went wrong with each, or an empty text. */
function write(...names: string[]): string[] {
  const env = { ...process.env, ...disk.environment };
  return run([process.execPath, ...disk.parameters, program, disk.folder, ...names], env);
}

function run([file = '', ...parameters]: string[], env = process.env): string[] {
  const { stdout, stderr } = spawnSync(file, parameters, { env, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').slice(0, -1);
}

test.each([
  { fault: 'full', code: 'ENOSPC', drafts: 0 },
  // Nothing can be removed from it either. `prism-imports clean` does so when it is old.
  { fault: 'read-only', code: 'EROFS', drafts: 1 },
])(
  'an object is kept as it was if its disk becomes $fault while another is written in its place',
  ({ fault, code, drafts }) => {
    writeFileSync(join(disk.folder, 'there/kept'), 'as it was');
    expect(write(`there/kept@${fault}`)).toEqual([
      expect.stringMatching(new RegExp(`^writing there/kept: ${code}: [a-z -]+, write$`)),
    ]);
    expect(readFileSync(join(disk.folder, 'there/kept'), 'utf8')).toBe('as it was');
    expect(readdirSync(join(disk.folder, 'there'))).toHaveLength(1 + drafts);
  },
);

test('a disk has room again, and takes writes again, after it has recovered', () => {
  disk.fail('full');
  disk.fail('read-only');
  disk.recover('read-only');
  expect(write('there/one')).toEqual([expect.stringContaining('ENOSPC')]);
  disk.recover('full');
  expect(write('there/one', 'new/two')).toEqual(['', '']);
});

describe('the disk of these tests fails as a mounted one does', () => {
  // Many containers refuse to mount, even to root. There, the tests rely on what Linux 6.18 said elsewhere.
  const unshare = ['--map-root-user', '--mount', 'sh', '-ec'];
  const canMount = spawnSync('unshare', [...unshare, 'mount -t tmpfs none /mnt']).status === 0;

  /** Runs a script beside a small disk, which only its processes see; returns what it prints. */
  function onMounted(script: string): string[] {
    const mount = 'mkdir "$D" && mount -t tmpfs -o size=64k,nr_inodes=8 none "$D" && mkdir "$D/there"';
    const define = `write() { "${process.execPath}" "${program}" "$D" "$@"; }`;
    const env = { ...process.env, D: join(files.folder, 'mounted') };
    return run(['unshare', ...unshare, [mount, define, script].join('\n')], env);
  }

  test.each([
    {
      fault: 'full',
      recorded: [
        'writing there/one: ENOSPC: no space left on device, write',
        "writing new/two: ENOSPC: no space left on device, mkdir 'new'",
      ],
      // The second needs a new inode, and there is none.
      script: `write there/one
        for i in 1 2 3 4 5 6 7 8; do (: > "$D/$i") 2>/dev/null || break; done
        write new/two`,
    },
    {
      fault: 'read-only',
      recorded: [
        "writing there/one: EROFS: read-only file system, open 'there/.x.tmp'",
        "writing new/two: EROFS: read-only file system, mkdir 'new'",
      ],
      script: 'mount -o remount,ro "$D"; write there/one new/two',
    },
  ] as const)('when it is $fault', ({ fault, recorded, script }) => {
    disk.fail(fault);
    expect(write('there/one', 'new/two')).toEqual(recorded);
    if (canMount) expect(onMounted(script)).toEqual(recorded);
  });
});
