import type { ObjectType } from '../contract';
import type { Property } from './property';

type Slugs = Partial<Record<Property['type'], string>>;

const name: Slugs = { string: 'name' };
const person = 'full_name first_name last_name title city country linkedin twitter github photo_url';

/** The properties of each kind that Micro's guides and the official SDK's examples name, by type. */
const slugs: Record<ObjectType, Slugs> = {
  contact: {
    string: `${person} email description`,
    date: 'first_interaction_date last_interaction_date',
    select: 'seniority',
    multiselect: 'department tags labels',
    reference: 'organization actions documents',
  },
  identity: {
    string: `${person} middle_name about`,
    boolean: 'first_degree',
    date: 'first_interaction_date last_interaction_date linkedin_connection_since',
    select: 'relationship_strength seniority',
    multiselect: 'labels',
    reference: 'email_addresses companies work_history actions documents',
  },
  organization: { string: 'name primary_domain' },
  deal: name,
  action: {},
  document: { string: 'name content' },
  engagement: {},
  comment: {},
};

/** The types of every workspace's properties, by slug. They are listed, but values are not checked against them. */
export function nativeProperties(kind: ObjectType): Map<string, Property['type']> {
  const types = Object.entries(slugs[kind]) as [Property['type'], string][];
  return new Map(types.flatMap(([type, list]) => list.split(' ').map((slug) => [slug, type] as const)));
}
