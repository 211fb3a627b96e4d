import fc from 'fast-check';

/** Teams and kinds that take part. Jobs of the second team fail as a whole. */
export const teams = [
  '7951e46f-5947-4685-9da7-54824ebc0f4d',
  '11111111-2222-4333-8444-555555555555',
] as const;
export const kinds = ['contact', 'organization', 'deal'] as const;

export type Team = (typeof teams)[number];
export type Kind = (typeof kinds)[number];

/** A row as it is sent. */
export interface Row {
  default: Record<string, unknown>;
  list?: Record<string, Record<string, unknown>>;
}

export interface LaunchOptions {
  dedupe_by?: string | [string];
  caseInsensitive?: boolean;
  update_existing?: boolean;
}

/** Scripts that a request brings along: another length of its job. */
const scripts = {
  usual: null,
  'at once': { queue: 0, duration: 0 },
  'longer than it is kept': { duration: '8d' },
  'never over': { end: 'never' },
} as const;

/** One import request. */
export interface Launch {
  team: Team;
  kind: Kind;
  rows: Row[];
  options: LaunchOptions;
  key: string | null;
  /** Whether the body has spaces and its members in another order, which makes no other request of it. */
  respelt: boolean;
  script: keyof typeof scripts;
}

const list = '0b8f5b57-6d0e-4c55-9d0c-6f0c2f6c1a10';

/** The property by which rows of a kind are usually told apart, and the few values that it has here. */
export const slugs = { contact: 'email', organization: 'primary_domain', deal: 'name' } as const;
export const values: Record<Kind, readonly string[]> = {
  contact: [
    'ada@mail.test',
    'ADA@mail.test',
    'ada+crm@mail.test',
    'b.ob@gmail.com',
    'bob@gmail.com',
    'nobody',
  ],
  organization: ['a.example', 'A.Example', 'b.example', 'c.example'],
  deal: ['Big', 'BIG', 'small', '1'],
};

const rowOf = (kind: Kind): fc.Arbitrary<Row> =>
  fc
    .record({
      value: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...values[kind]) },
        { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
      ),
      rank: fc.nat(2),
      note: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(undefined, null, 'x', 'X', 'y') },
        { weight: 1, arbitrary: fc.constantFrom('refused', { nested: true }) },
      ),
      stage: fc.option(fc.constantFrom('won', 'lost'), { freq: 6, nil: undefined }),
    })
    .map(({ value, rank, note, stage }) => ({
      default: {
        rank,
        ...(value !== undefined && { [slugs[kind]]: value }),
        ...(note !== undefined && { note }),
      },
      ...(stage !== undefined && { list: { [list]: { app_stage: stage } } }),
    }));

const optionsOf = (kind: Kind): fc.Arbitrary<LaunchOptions> => {
  const slug = slugs[kind];
  return fc
    .record({
      by: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom<(string | [string])[]>(slug, [slug]) },
        { weight: 1, arbitrary: fc.constant('note') },
        { weight: 1, arbitrary: fc.constant(undefined) },
      ),
      caseInsensitive: fc.constantFrom(undefined, undefined, true, false),
      update: fc.constantFrom(undefined, false, true, true),
    })
    .map(({ by, caseInsensitive, update }) => ({
      ...(by !== undefined && { dedupe_by: by }),
      ...(caseInsensitive !== undefined && { caseInsensitive }),
      ...(update !== undefined && { update_existing: update }),
    }));
};

/** Rows of an import: now and then none, which is refused; three or more make a job. */
const rowCount = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 1, arbitrary: fc.constant(0) },
);

/** Import requests of all sorts, half of them with a key from a small pool. */
export const launches: fc.Arbitrary<Launch> = fc
  .tuple(fc.constantFrom(...teams, teams[0]), fc.constantFrom(...kinds), rowCount)
  .chain(([team, kind, count]) =>
    fc.record({
      team: fc.constant(team),
      kind: fc.constant(kind),
      rows: fc.array(rowOf(kind), { minLength: count, maxLength: count }),
      options: optionsOf(kind),
      key: fc.option(fc.constantFrom('k-1', 'k-2', 'k-3', 'k-4'), { freq: 2, nil: null }),
      respelt: fc.constant(false),
      script: fc.oneof(
        { weight: 6, arbitrary: fc.constant('usual' as const) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('at once', 'longer than it is kept', 'never over'),
        },
      ),
    }),
  );

/** The path, headers and body of a launch. */
export function wireOf({ team, kind, rows, options, key, respelt, script }: Launch) {
  return {
    path: `/v2/prism/${team}/${kind}/import`,
    body: respelt
      ? JSON.stringify({ options, objects: rows }, null, 2)
      : JSON.stringify({ objects: rows, options }),
    headers: {
      'content-type': 'application/json',
      ...(key !== null && { 'idempotency-key': key }),
      ...(scripts[script] !== null && { 'x-emulator-job': JSON.stringify(scripts[script]) }),
    },
  };
}
