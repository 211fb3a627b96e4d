import { createHash } from 'node:crypto';

/**
 * A name for a store, made of parts that may be anything an API calls an id: a plain part stands as it is, any other as
 * `h-` and 40 digits of its SHA-256, so that no id leads out of its folder, is too long for a file, or shares a name
 * with another. The same parts have the same name.
 * @example storageName(['results', teamId, jobId], '.ndjson') // results/7951e46f-…/imp_01JZ8Q4W7S.ndjson
 */
export function storageName(parts: readonly string[], extension = ''): string {
  return parts.map(safePart).join('/') + extension;
}

function safePart(part: string): string {
  const plain = /^[A-Za-z0-9_-]{1,120}$/.test(part) && !part.startsWith('h-');
  return plain ? part : `h-${createHash('sha256').update(part).digest('hex').slice(0, 40)}`;
}
