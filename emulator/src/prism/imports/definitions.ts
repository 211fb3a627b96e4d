import { ok, type Answer } from '../../http/answers';
import { createRandom } from '../../random';
import type { EmulatorSettings } from '../../settings';
import type { ObjectType } from '../contract';
import { nativeProperties } from './native-properties';
import type { PropertyBook } from './properties';
import type { Property } from './property';

/** The API's names for these storage types. */
const storageTypes: Record<Property['type'], string> = {
  string: 'str',
  number: 'num',
  boolean: 'bool',
  date: 'date',
  select: 'select_str',
  multiselect: 'multiselect_str',
  reference: 'multiref_organization',
};

type DefinitionSettings = Pick<EmulatorSettings, 'seed' | 'properties' | 'generation' | 'definitionsBy'>;

/**
 * Answers `GET /{kind}/properties`: the native properties of the kind, overridden by those of the settings, with the
 * options that imports added. `term` and `include_options` work as the official SDK documents them. With `list_id` the
 * list is empty, because that asks only for a list's own definitions, and lists have none here.
 */
export function viewDefinitions(
  { settings, properties }: { settings: DefinitionSettings; properties: PropertyBook },
  { teamId, kind }: { teamId: string; kind: ObjectType },
  query: string,
): Answer {
  const asked = new URLSearchParams(query);
  const term = asked.get('term')?.toLowerCase() ?? '';
  const withOptions = !['false', '0'].includes(asked.get('include_options') ?? '');
  const own = settings.properties[kind] ?? {};
  const native = nativeProperties(kind);
  const slugs = asked.has('list_id') ? [] : new Set([...native.keys(), ...Object.keys(own)]);
  const definitions: Record<string, unknown> = {};
  for (const slug of slugs) {
    if (!nameOf(slug).toLowerCase().includes(term)) continue;
    const type = own[slug]?.type ?? native.get(slug) ?? 'string';
    const isNative = native.has(slug);
    const id = createRandom(settings.seed, 'property', kind, slug).uuid();
    const isSelect = type === 'select' || type === 'multiselect';
    definitions[id] = {
      id,
      slug,
      name: nameOf(slug),
      type: storageTypes[type],
      team_id: isNative ? null : teamId,
      crm_id: null,
      ...(isSelect && withOptions && { options: properties.options(teamId, kind, slug).map(viewOption) }),
      ...(settings.generation === 2 && {
        alias: null,
        list_id: null,
        locked: false,
        native: isNative,
        required: own[slug]?.required ?? false,
        role_id: null,
      }),
    };
  }
  return ok(settings.definitionsBy === 'id' ? definitions : { [kind]: definitions });
}

const viewOption = ({ slug, id }: { slug: string; id: string }) => ({ id, slug, value: nameOf(slug) });

const nameOf = (slug: string): string =>
  slug.replaceAll('_', ' ').replace(/^./u, (first) => first.toUpperCase());
