/** The kinds of record that the API imports (`POST /{kind}/import`). */
export const objectTypes = [
  'contact',
  'organization',
  'identity',
  'deal',
  'action',
  'document',
  'engagement',
  'comment',
] as const;
export type ObjectType = (typeof objectTypes)[number];
