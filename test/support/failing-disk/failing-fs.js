// Preloaded into a program with `node --require`: writing below the folder FAILING_FOLDER fails while a file of the
// same name with the extension `.full` or `.read-only` exists. The fault FAILING_FIRST begins by itself, once: when the
// program first makes a folder, or opens a file for writing, whose path below that folder matches FAILING_FROM. Half of
// what is written to a full disk arrives. Only what the store in a directory calls can fail. Each failure adds a line
// with its error code to the file with the extension `.failures`.
const { appendFileSync, existsSync, lstatSync, writeFileSync } = require('node:fs');
const files = require('node:fs/promises');
const { errno: numbers } = require('node:os').constants;
const { dirname, relative, sep } = require('node:path');
const { getSystemErrorMap } = require('node:util');

const { FAILING_FOLDER: folder, FAILING_FIRST: first, FAILING_FROM: from } = process.env;
let isAwaited = first !== undefined;
const isBelow = (path) => `${path}${sep}`.startsWith(folder + sep);
const isThere = (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
const isFull = () => existsSync(`${folder}.full`);
const isReadOnly = () => existsSync(`${folder}.read-only`);

/** Begins the first fault if a path is what it waits for. */
function beginFirst(path) {
  if (!isAwaited || !new RegExp(from).test(relative(folder, path))) return;
  isAwaited = false;
  writeFileSync(`${folder}.${first}`, '');
}

/** The error as Node makes it of the kernel's. */
function systemError(code, syscall, path, dest) {
  appendFileSync(`${folder}.failures`, `${code}\n`);
  const errno = -numbers[code];
  const [, meaning] = getSystemErrorMap().get(errno);
  const on = [path, dest].filter((each) => each !== undefined).map((each) => `'${each}'`);
  const operation = [syscall, on.join(' -> ')].join(' ').trimEnd();
  return Object.assign(new Error(`${code}: ${meaning}, ${operation}`), { errno, code, syscall, path, dest });
}

const { mkdir, open, rename, rm, rmdir } = files;

Object.assign(files, {
  async mkdir(path, options) {
    if (isBelow(path)) beginFirst(path);
    if (isBelow(path) && !isThere(path) && (isReadOnly() || isFull())) {
      const code =
        options?.recursive || !isThere(dirname(path)) ? 'ENOENT' : isReadOnly() ? 'EROFS' : 'ENOSPC';
      throw systemError(code, 'mkdir', path); // Node 20 hides the reason if `recursive`
    }
    return mkdir(path, options);
  },
  async open(path, flags = 'r', ...rest) {
    if (!isBelow(path) || flags === 'r') return open(path, flags, ...rest);
    beginFirst(path);
    if (isReadOnly() && !isThere(path)) throw systemError('EROFS', 'open', path);
    return failing(await open(path, flags, ...rest));
  },
  async rename(from, to) {
    if (isBelow(to) && isReadOnly()) throw systemError('EROFS', 'rename', from, to);
    return rename(from, to);
  },
  async rm(path, ...rest) {
    if (isBelow(path) && isReadOnly() && isThere(path)) throw systemError('EROFS', 'unlink', path);
    return rm(path, ...rest);
  },
  async rmdir(path, ...rest) {
    if (isBelow(path) && isReadOnly()) throw systemError('EROFS', 'rmdir', path);
    return rmdir(path, ...rest);
  },
});

/** An open file whose disk may fail. */
function failing(file) {
  const writeFile = file.writeFile.bind(file);
  file.writeFile = async (data, ...rest) => {
    if (isReadOnly()) throw systemError('EROFS', 'write');
    if (!isFull()) return writeFile(data, ...rest);
    await writeFile(data.subarray(0, Math.floor(data.length / 2)));
    throw systemError('ENOSPC', 'write');
  };
  return file;
}
