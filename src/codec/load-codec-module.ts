import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PayloadCodec } from '@temporalio/common';
import { CodecModuleError } from './codec-error';

const form = 'export `payloadCodecs`, an array of objects with the methods encode and decode';

/**
 * Loads the payload codecs of a CommonJS or ES module: its export `payloadCodecs`, else its default export, with at
 * least one codec. `specifier` is a path, relative to the working directory or absolute, or the name of a package
 * installed there. Throws {@link CodecModuleError} if the module does not exist, fails, or exports something else.
 */
export async function loadCodecModule(
  specifier: string,
  directory: string = process.cwd(),
): Promise<PayloadCodec[]> {
  const codecs = exportedCodecs(await importFrom(specifier, directory));
  if (codecs === null)
    throw new CodecModuleError(`PRISM_PAYLOAD_CODEC: the module ${JSON.stringify(specifier)} must ${form}.`);
  return codecs;
}

async function importFrom(specifier: string, directory: string): Promise<unknown> {
  try {
    const { resolve } = createRequire(join(directory, 'package.json'));
    // A name without a leading dot may be a file, which takes precedence over a package.
    const path = /^\.{0,2}\//.test(specifier)
      ? specifier
      : (tryResolve(resolve, `./${specifier}`) ?? specifier);
    return await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new CodecModuleError(
      `PRISM_PAYLOAD_CODEC: the module ${JSON.stringify(specifier)} cannot be loaded from ${directory}: ${reason}`,
      { cause: error },
    );
  }
}

function tryResolve(resolve: NodeJS.RequireResolve, path: string): string | null {
  try {
    return resolve(path);
  } catch {
    return null;
  }
}

/** The codecs that a module exports. All exports of CommonJS are one default export. */
function exportedCodecs(module: unknown): PayloadCodec[] | null {
  const byDefault = memberOf(module, 'default');
  const candidates = [
    memberOf(module, 'payloadCodecs'),
    memberOf(byDefault, 'payloadCodecs'),
    byDefault,
    memberOf(byDefault, 'default'),
  ];
  const found = candidates.find((candidate) => Array.isArray(candidate)) as unknown[] | undefined;
  return found !== undefined && found.length > 0 && found.every(isCodec) ? found : null;
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

const isCodec = (value: unknown): value is PayloadCodec =>
  ['encode', 'decode'].every((name) => typeof memberOf(value, name) === 'function');
