import { objectTypes, type ObjectType } from './contract';

/** The operations of the emulator. */
export const operations = [
  'import',
  'status',
  'count',
  'list',
  'query',
  'get',
  'find',
  'lists',
  'get-list',
  'properties',
] as const;

/** An operation by its name. */
export type Operation = (typeof operations)[number];

/** An operation of the API with its path parameters, decoded. */
export type PrismRoute = { teamId: string } & (
  | { operation: 'import'; kind: ObjectType }
  | { operation: 'count' | 'list' | 'query' | 'properties'; kind: ObjectType }
  | { operation: 'status'; jobId: string }
  | { operation: 'get'; kind: ObjectType; id: string }
  | { operation: 'find'; kind: ObjectType; slug: string; value: string }
  | { operation: 'lists' }
  | { operation: 'get-list'; id: string }
);

const kinds: ReadonlySet<string> = new Set(objectTypes);

/** The operation for a method and a path (without query); null if the API has none. */
export function routeOf(method: string, path: string): PrismRoute | null {
  const [root, version, product, ...rest] = path.split('/');
  if (root !== '' || version !== 'v2' || product !== 'prism') return null;
  const [teamId, resource, ...items] = rest.map(decode);
  if (!teamId || !resource || items.includes('')) return null;
  const [item, ...more] = items;
  if (resource === 'imports' || resource === 'lists') {
    if (method !== 'GET' || more.length > 0) return null;
    if (resource === 'imports') return item ? { operation: 'status', teamId, jobId: item } : null;
    return item ? { operation: 'get-list', teamId, id: item } : { operation: 'lists', teamId };
  }
  return kinds.has(resource) ? recordRoute(method, teamId, resource as ObjectType, items) : null;
}

function recordRoute(method: string, teamId: string, kind: ObjectType, items: string[]): PrismRoute | null {
  const [item, slug, value, ...more] = items;
  if (method === 'POST') {
    return (item === 'import' || item === 'query') && slug === undefined
      ? { operation: item, teamId, kind }
      : null;
  }
  if (method !== 'GET') return null;
  if (item === undefined) return { operation: 'list', teamId, kind };
  if (item === 'by' && slug !== undefined && value !== undefined && more.length === 0) {
    return { operation: 'find', teamId, kind, slug, value };
  }
  if (slug !== undefined) return null;
  return item === 'count' || item === 'properties'
    ? { operation: item, teamId, kind }
    : { operation: 'get', teamId, kind, id: item };
}

/** The path of a job's status, as in `Location`. */
export function jobPath(teamId: string, jobId: string): string {
  return `/v2/prism/${encodeURIComponent(teamId)}/imports/${encodeURIComponent(jobId)}`;
}

/** Decodes a segment; empty, which matches no route, if its percent-encoding is invalid. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
