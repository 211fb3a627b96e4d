import { objectTypes, type ObjectType } from '../domain/import-job';

/** An operation of the API with its path parameters, decoded. */
export type Route = { teamId: string } & (
  | { operation: 'import'; kind: ObjectType }
  | { operation: 'status'; jobId: string }
  | { operation: 'count'; kind: ObjectType }
  | { operation: 'list'; kind: ObjectType }
  | { operation: 'get'; kind: ObjectType; id: string }
);

const kinds: ReadonlySet<string> = new Set(objectTypes);

/** The operation that a method and a path (without query) stand for; null when the API has none. */
export function routeOf(method: string, path: string): Route | null {
  const [root, version, product, ...rest] = path.split('/');
  if (root !== '' || version !== 'v2' || product !== 'prism' || rest.length > 3) return null;
  const [teamId, resource, item] = rest.map(decode);
  if (!teamId || !resource || item === '') return null;
  if (resource === 'imports') {
    return method === 'GET' && item ? { operation: 'status', teamId, jobId: item } : null;
  }
  if (!kinds.has(resource)) return null;
  const kind = resource as ObjectType;
  if (method === 'POST') return item === 'import' ? { operation: 'import', teamId, kind } : null;
  if (method !== 'GET') return null;
  if (item === undefined) return { operation: 'list', teamId, kind };
  return item === 'count'
    ? { operation: 'count', teamId, kind }
    : { operation: 'get', teamId, kind, id: item };
}

/** The path of a job's status, as `Location` gives it. */
export function jobPath(teamId: string, jobId: string): string {
  return `/v2/prism/${encodeURIComponent(teamId)}/imports/${encodeURIComponent(jobId)}`;
}

/** A segment decoded; empty, which no route has, when its percent-encoding is broken. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
