// Writes objects with the built store in a directory: `write-objects.js FOLDER NAME…`. Prints a line for each: what
// went wrong, or nothing. With `NAME@FAULT` the disk begins to fail during the write.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { createFileStore } = require('../../../dist/storage/file-store.js');

const [folder, ...names] = process.argv.slice(2);
const block = 'x'.repeat(256 * 1024);

async function main() {
  const store = createFileStore(folder);
  for (const [name, fault] of names.map((each) => each.split('@'))) {
    const chunks = function* () {
      yield block;
      if (fault !== undefined) writeFileSync(`${folder}.${fault}`, '');
      yield block;
    };
    const problem = await store.write(name, chunks()).then(
      () => '',
      ({ message }) => message.replaceAll(join(folder, '/'), '').replace(/[\w-]+\.tmp/, 'x.tmp'),
    );
    console.log(problem);
  }
}

void main();
