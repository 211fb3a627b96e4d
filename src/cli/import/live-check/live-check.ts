import type { ImportOptions, ImportRow } from '../../../core/api/import-job';
import type { PropertyDefinition } from '../../../prism/definitions/definitions-reader';
import { nearest, type KnownWord } from '../../../ports/nearest';
import { countRow, noRowsYet, RowCounts, type RowCount } from './row-count';
import { formOf, hasOptions, type ValueForm } from './storage-types';

/** What the API's property definitions say about the rows of a file. */
export interface LiveFindings {
  /** Method and path of the only request. */
  request: string;
  requests: 1;
  /** How many properties the object type has. */
  properties: number;
  /** Rows with a property, a value or an option that the API does not know. */
  rowsRefused: number;
  unknownProperties: (RowCount & { property: string; nearest: string[] })[];
  /** Rows with further unknown properties, if there are too many to list. */
  moreUnknownProperties: number;
  /** Values that do not match the property's type; `map` is what to write behind the slug in `--map`, or null. */
  misfits: (RowCount & { property: string; type: string; expected: string; map: string | null })[];
  /** Values that are not among the options of a select or multiselect; `created` if the import would add them. */
  unknownOptions: {
    property: string;
    type: string;
    /** How often a value occurs. */
    count: number;
    created: boolean;
    values: (RowCount & { value: string; nearest: string[] })[];
    /** Minimum number of further values. */
    moreValues: number;
  }[];
  /** Properties that a record must have, and the rows that lack them. */
  missingRequired: (RowCount & { property: string })[];
  /** Properties whose type this check does not know. */
  unchecked: { property: string; type: string }[];
  /** Whether the import's list may have properties of its own, which were not fetched. */
  listNotAsked: boolean;
}

const maxUnknownProperties = 200;
const maxValues = 1000;
const shownProperties = 50;
const shownValues = 20;

/** What is known and found about one property. */
interface Checked {
  definition: PropertyDefinition;
  form: ValueForm | null;
  /** Slugs and ids of its options; null for a type without options. */
  options: ReadonlySet<string> | null;
  misfits: RowCount;
  values: RowCounts;
  /** How many values were not among the options. */
  wrong: number;
  without: RowCount;
  isWritten: boolean;
}

/**
 * Compares rows with the property definitions of the workspace, one by one, in constant memory. It follows the types'
 * documentation; the API itself may accept more, or less.
 */
export class LiveCheck {
  private readonly properties: ReadonlyMap<string, Checked>;
  private readonly required: readonly Checked[];
  private readonly unknown = new RowCounts(maxUnknownProperties);
  private readonly listNotAsked: boolean;
  private readonly createsOptions: boolean;
  private rowsRefused = 0;

  constructor(
    private readonly asked: { request: string; definitions: readonly PropertyDefinition[] },
    options: ImportOptions,
  ) {
    const list = options.list_id ?? options.crm_id ?? null;
    this.listNotAsked = list !== null;
    this.createsOptions = options.create_missing_options === true;
    this.properties = bySlug(asked.definitions.filter((each) => isInScope(each, list)));
    this.required = [...this.properties.values()].filter(({ definition }) => definition.required === true);
  }

  /** Checks a row that would be sent; `line` is where it starts in the file. */
  add({ default: values = {} }: ImportRow, line: number): void {
    let isRefused = false;
    for (const [slug, value] of Object.entries(values)) {
      const property = this.properties.get(slug);
      if (property === undefined) this.unknown.add(slug, line);
      const isFine = property === undefined ? this.listNotAsked : this.check(property, value, line);
      isRefused ||= !isFine;
    }
    for (const property of this.required) {
      const { slug } = property.definition;
      if (!Object.hasOwn(values, slug) || isEmpty(values[slug])) countRow(property.without, line);
    }
    if (isRefused) this.rowsRefused += 1;
  }

  /** The findings so far. */
  findings(): LiveFindings {
    const all = [...this.properties.values()];
    const slugs = all.map(({ definition: { slug, name } }) => ({ word: slug, label: name }));
    const found = this.unknown.most(shownProperties);
    return {
      request: this.asked.request,
      requests: 1,
      properties: all.length,
      rowsRefused: this.rowsRefused,
      unknownProperties: found.map(({ name, rows, lines }) => ({
        property: name,
        rows,
        lines,
        nearest: nearest(name, slugs),
      })),
      moreUnknownProperties: this.unknown.size - found.length + (this.unknown.rest > 0 ? 1 : 0),
      misfits: all.filter(({ misfits }) => misfits.rows > 0).map(misfitOf),
      unknownOptions: all
        .filter(({ wrong }) => wrong > 0)
        .map((each) => unknownOptionsOf(each, this.createsOptions)),
      missingRequired: this.required
        .filter(({ without }) => without.rows > 0)
        .map(({ definition, without }) => ({ property: definition.slug, ...without })),
      unchecked: all
        .filter(({ form, isWritten }) => form === null && isWritten)
        .map(({ definition: { slug, type } }) => ({ property: slug, type })),
      listNotAsked: this.listNotAsked,
    };
  }

  /** Whether the API would accept the value. */
  private check(property: Checked, value: unknown, line: number): boolean {
    property.isWritten = true;
    const { form, options } = property;
    if (form === null || value === null) return true;
    if (!form.fits(value)) {
      countRow(property.misfits, line);
      return false;
    }
    if (options === null) return true;
    const written = (Array.isArray(value) ? value : [value]) as string[];
    const wrong = new Set(written.filter((each) => !options.has(each)));
    property.wrong += wrong.size;
    for (const each of wrong) property.values.add(each, line);
    return wrong.size === 0 || this.createsOptions;
  }
}

/** A property of the workspace, or of the import's list. */
const isInScope = ({ list_id, crm_id }: PropertyDefinition, list: string | null): boolean => {
  const owner = list_id ?? crm_id ?? null;
  return owner === null || owner === list;
};

/** Properties by slug. If two definitions share a slug, it is unknown which one counts, so values are not checked. */
function bySlug(definitions: readonly PropertyDefinition[]): Map<string, Checked> {
  const found = new Map<string, Checked>();
  for (const definition of definitions) {
    const other = found.get(definition.slug);
    found.set(definition.slug, {
      definition,
      form: other === undefined ? formOf(definition.type) : null,
      options: hasOptions(definition.type) ? wordsOf(definition) : null,
      misfits: noRowsYet(),
      values: new RowCounts(maxValues),
      wrong: 0,
      without: noRowsYet(),
      isWritten: false,
    });
  }
  return found;
}

/** The accepted names of options; null if the response lists none, so that nothing can be checked. */
function wordsOf({ options }: PropertyDefinition): ReadonlySet<string> | null {
  if (options === null || options === undefined) return null;
  return new Set(options.flatMap(({ slug, id }) => [slug ?? [], id ?? []].flat()));
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.every(isEmpty);
}

function misfitOf({ definition: { slug, type }, form, misfits }: Checked): LiveFindings['misfits'][number] {
  return {
    property: slug,
    type,
    expected: form?.name ?? '',
    map: form?.map ?? null,
    ...misfits,
  };
}

function unknownOptionsOf(
  { definition: { slug, type, options }, values, wrong }: Checked,
  created: boolean,
): LiveFindings['unknownOptions'][number] {
  const known: KnownWord[] = (options ?? []).flatMap((option) =>
    option.slug ? [{ word: option.slug, label: option.value }] : [],
  );
  const most = values.most(shownValues);
  return {
    property: slug,
    type,
    count: wrong,
    created,
    values: most.map(({ name, rows, lines }) => ({
      value: name,
      rows,
      lines,
      nearest: nearest(name, known),
    })),
    moreValues: values.size - most.length + (values.rest > 0 ? 1 : 0),
  };
}
