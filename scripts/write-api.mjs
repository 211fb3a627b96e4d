// Writes what each entry of the package exports, with all types that this needs: `npm run api`
// writes api/. A change of the public API shows there, and test/package/api.test.ts fails until it does. Another folder
// can be given.
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reportFolder = resolve(process.argv[2] ?? join(root, 'api'));
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.values(exports).flatMap(({ types }) => types ?? []);

/** Writes the report of one entry, named by its file of types. */
function writeReport(types, reportTempFolder) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: { tsconfigFilePath: join(root, 'tsconfig.build.json') },
      apiReport: {
        enabled: true,
        reportFileName: `${basename(types, '.d.ts')}.api.md`,
        reportFolder,
        reportTempFolder,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
    },
    packageJsonFullPath: join(root, 'package.json'),
  });
  const { errorCount } = Extractor.invoke(config, {
    localBuild: true,
    // What it thinks of docblocks is not asked for: it knows only those of its own dialect.
    messageCallback: (message) => (message.handled = message.logLevel !== 'error'),
  });
  const written = config.reportFilePath;
  writeFileSync(written, inFixedOrder(readFileSync(written, 'utf8')));
  if (errorCount > 0) throw new Error(`The API of ${types} could not be written; see above.`);
}

/** The compiler orders inferred unions and enums by when it has met their members, which any other code may change. */
function inFixedOrder(report) {
  return report
    .replace(/"[^"\n]*"(?: \| "[^"\n]*")+/g, (union) => union.split(' | ').sort().join(' | '))
    .replace(/(?:^ +(\w+): "\1";\n)+/gm, (members) => `${members.trimEnd().split('\n').sort().join('\n')}\n`);
}

const temporary = mkdtempSync(join(tmpdir(), 'prism-api-'));
try {
  mkdirSync(reportFolder, { recursive: true });
  for (const types of entries) writeReport(types, temporary);
} finally {
  rmSync(temporary, { recursive: true });
}
