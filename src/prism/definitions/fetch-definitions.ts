import type { ObjectType } from '../../core/api/object-types';
import { refusal } from '../answers';
import { DefinitionsReader, type PropertyDefinition } from './definitions-reader';
import { createHttp, type PrismOptions } from '../http';

/** The API's property definitions for a kind of record, and the request that fetched them. */
export interface FetchedDefinitions {
  /** Method and path. */
  request: string;
  definitions: PropertyDefinition[];
}

/**
 * Fetches the workspace's property definitions for a kind of record, with their options (API reference,
 * `prism.properties.list`). Does not retry. Throws a PrismError like the client.
 */
export async function fetchDefinitions(
  options: PrismOptions,
  { teamId, objectType }: { teamId: string; objectType: ObjectType },
): Promise<FetchedDefinitions> {
  const http = createHttp(options);
  const answer = await http.exchange({
    method: 'GET',
    segments: ['v2', 'prism', teamId, objectType, 'properties'],
    reader: (head) => new DefinitionsReader(head),
    watch: { sent: () => undefined, answered: () => undefined },
  });
  const { request, reader } = answer;
  if (reader === null) throw await refusal(answer, { secrets: http.mask, message: http.mask });
  return { request, definitions: reader.definitions(objectType) };
}
