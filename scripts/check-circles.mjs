// Finds circular imports in the files of tsconfig.json, including type imports, which linters skip.
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const files = new Set(fileNames);
const cache = ts.createModuleResolutionCache(root, (name) => name, options);

/** The files that a file imports, without packages. */
const importsOf = (file) =>
  ts
    .preProcessFile(ts.sys.readFile(file))
    .importedFiles.map(({ fileName }) => ts.resolveModuleName(fileName, file, options, ts.sys, cache))
    .map(({ resolvedModule }) => resolvedModule?.resolvedFileName)
    .filter((name) => files.has(name));

const seen = new Set();
const way = [];

function follow(file) {
  if (way.includes(file)) {
    const circle = [...way.slice(way.indexOf(file)), file];
    console.error(`circle of imports: ${circle.map((each) => relative(root, each)).join(' > ')}`);
    process.exitCode = 1;
  }
  if (seen.has(file)) return;
  seen.add(file);
  way.push(file);
  importsOf(file).forEach(follow);
  way.pop();
}

fileNames.forEach(follow);
