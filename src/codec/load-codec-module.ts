import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PayloadCodec } from '@temporalio/common';
import { CodecModuleError } from './codec-error';

const form = 'export `payloadCodecs`, an array of objects with the methods encode and decode';

/**
 * The payload codecs of a module, CommonJS or ESM: what it exports as `payloadCodecs`, else by default; at least one.
 * `specifier` is a path, from the working directory unless it is absolute, or the name of a package installed there.
 * Throws {@link CodecModuleError} when there is no such module, it fails, or exports something else.
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
    // A name without a leading dot may be a file's; that goes before a package.
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

/** What a module exports as codecs; of CommonJS all exports are one default. */
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
