import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '..', '..', '..');

/**
 * The errors of the compiler in each text, under the project's own settings. The texts are files that exist only in
 * memory; they import the entries of the packages by name.
 */
export function errorsByName(texts: { name: string; text: string }[]): Map<string, string[]> {
  const files = new Map(
    texts.map(({ text }, index) => [join(root, 'test', 'docs', `example-${index}.mts`), text]),
  );
  const config: unknown = ts.readConfigFile(join(root, 'tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  ).config;
  const options: ts.CompilerOptions = {
    ...ts.parseJsonConfigFileContent(config, ts.sys, root).options,
    noEmit: true,
    noUnusedLocals: false,
    paths: {
      'prism-imports': [join(root, 'src', 'entries', 'index.ts')],
      'prism-imports/*': [join(root, 'src', 'entries', '*.ts')],
      'prism-emulator': [join(root, 'emulator', 'src', 'index.ts')],
    },
  };
  const host = ts.createCompilerHost(options);
  const onDisk = ts.createCompilerHost(options);
  host.fileExists = (file) => files.has(file) || onDisk.fileExists(file);
  host.getSourceFile = (file, target, ...rest) => {
    const text = files.get(file);
    return text === undefined
      ? onDisk.getSourceFile(file, target, ...rest)
      : ts.createSourceFile(file, text, target);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return new Map(
    [...files.keys()].map((file, index) => [
      texts[index]?.name ?? '',
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(file))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    ]),
  );
}
