import type { ObjectType } from '../../core/api/object-types';
import { refusal } from '../answers';
import { DefinitionsReader, type PropertyDefinition } from './definitions-reader';
import { createHttp, type PrismOptions } from '../http';

/** What the API knows of a kind of record, and the request that it was asked by. */
export interface AskedDefinitions {
  /** Method and path. */
  request: string;
  definitions: PropertyDefinition[];
}

/**
 * Asks once for the property definitions of a kind: those of the workspace, with their options (API reference,
 * `prism.properties.list`). Throws a PrismError as the client does.
 */
export async function askDefinitions(
  options: PrismOptions,
  { teamId, objectType }: { teamId: string; objectType: ObjectType },
): Promise<AskedDefinitions> {
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
