import { createHash } from 'node:crypto';

/**
 * Returns a name for a store, from parts that may be any id of an API. A plain part is used verbatim, and any other as
 * `h-` and 40 digits of its SHA-256. So no id leaves its folder, is too long for a file, or collides with another. The
 * same parts always give the same name.
 * @example storageName(['results', teamId, jobId], '.ndjson') // results/7951e46f-…/imp_01JZ8Q4W7S.ndjson
 */
export function storageName(parts: readonly string[], extension = ''): string {
  return parts.map(safePart).join('/') + extension;
}

function safePart(part: string): string {
  const plain = /^[A-Za-z0-9_-]{1,120}$/.test(part) && !part.startsWith('h-');
  return plain ? part : `h-${createHash('sha256').update(part).digest('hex').slice(0, 40)}`;
}
