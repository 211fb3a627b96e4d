// Pins every image of the Dockerfile and docker-compose.yml in the working folder to the current digest of its tag in
// the registry; `--check` only shows what would change. Needs Docker with buildx, and the registry.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const files = ['Dockerfile', 'docker-compose.yml'];
const images = /^(\s*(?:FROM|image:(?: &\S+)?) )([\w./-]+:[\w.-]+)(@sha256:[\da-f]{64})?/gm;
const ours = 'prism-imports:';
const checkOnly = process.argv.includes('--check');

const digests = new Map();

/** The digest of an image's index, which covers all its platforms. */
function digestOf(image) {
  if (!digests.has(image)) {
    const parameters = ['buildx', 'imagetools', 'inspect', image, '--format', '{{json .Manifest}}'];
    const { digest } = JSON.parse(execFileSync('docker', parameters, { encoding: 'utf8' }));
    if (!/^sha256:[\da-f]{64}$/.test(digest)) throw new Error(`${image}: the registry gave no digest`);
    digests.set(image, digest);
  }
  return digests.get(image);
}

let changed = 0;
for (const file of files) {
  const before = readFileSync(file, 'utf8');
  const after = before.replace(images, (line, start, image, pinned = '') => {
    if (image.startsWith(ours)) return line;
    const digest = `@${digestOf(image)}`;
    if (digest === pinned) return line;
    changed += 1;
    console.log(`${file}: ${image}${pinned} → ${digest}`);
    return `${start}${image}${digest}`;
  });
  if (!checkOnly) writeFileSync(file, after);
}
console.log(`${changed} ${changed === 1 ? 'image' : 'images'} ${checkOnly ? 'to pin' : 'pinned'}`);
process.exitCode = checkOnly && changed > 0 ? 1 : 0;
