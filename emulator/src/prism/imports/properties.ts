import type { JobError, ObjectType } from '../contract';
import { createRandom } from '../../random';
import type { EmulatorSettings } from '../../settings';
import { nativeProperties } from './native-properties';
import type { Property } from './property';

/** An option that an import created. */
export interface NewOption {
  slug: string;
  option: string;
}

/** A value as it is stored, or why it is refused. */
export type Written = { value: unknown; newOptions?: string[] } | { error: JobError };

/** The property definitions of all teams: those of the settings, and the options that imports added. */
export class PropertyBook {
  private readonly added = new Map<string, Set<string>>();

  constructor(
    private readonly settings: Pick<EmulatorSettings, 'properties' | 'strictProperties' | 'seed'>,
  ) {}

  /** Whether values of a kind need to be checked. */
  defines(kind: ObjectType): boolean {
    return this.settings.properties[kind] !== undefined;
  }

  /** Checks one value against its definition. Options can be written by slug or id, and are stored by slug. */
  write(teamId: string, kind: ObjectType, slug: string, value: unknown, createOptions: boolean): Written {
    const property = this.settings.properties[kind]?.[slug];
    if (property === undefined) {
      if (!this.settings.strictProperties || nativeProperties(kind).has(slug)) return { value };
      return { error: { code: 'unknown_property', message: `${slug}: no such property` } };
    }
    if (value === null) return { value };
    if (property.type !== 'select' && property.type !== 'multiselect') {
      if (fits[property.type](value)) return { value };
      return { error: { code: 'invalid_value', message: `${slug}: not a ${property.type}` } };
    }
    const values = property.type === 'select' ? [value] : value;
    if (!Array.isArray(values) || !values.every((item) => typeof item === 'string')) {
      return { error: { code: 'invalid_value', message: `${slug}: not ${property.type} options` } };
    }
    const slugs = values.map((item) => this.optionOf(property, teamId, kind, slug, item));
    const unknown = values.filter((_, index) => slugs[index] === undefined);
    if (unknown.length > 0 && !createOptions) {
      return { error: { code: 'unknown_option', message: `${slug}: no such option` } };
    }
    const written = values.map((item, index) => slugs[index] ?? item);
    return { value: property.type === 'select' ? written[0] : written, newOptions: unknown };
  }

  /** Adds an option to a property of one team. */
  addOption(teamId: string, kind: ObjectType, { slug, option }: NewOption): void {
    const name = nameOf(teamId, kind, slug);
    const options = this.added.get(name) ?? new Set<string>();
    this.added.set(name, options.add(option));
  }

  /** The options of a team's select or multiselect, including those that imports added. */
  options(teamId: string, kind: ObjectType, slug: string): { slug: string; id: string }[] {
    const given = this.settings.properties[kind]?.[slug]?.options ?? [];
    const added = this.added.get(nameOf(teamId, kind, slug)) ?? [];
    return [...given, ...added].map((option) =>
      typeof option === 'string' ? { slug: option, id: this.optionId(kind, slug, option) } : option,
    );
  }

  /** Removes the options that imports added. */
  clear(): void {
    this.added.clear();
  }

  private optionOf(property: Property, teamId: string, kind: ObjectType, slug: string, value: string) {
    const known = property.options?.find((option) =>
      typeof option === 'string' ? option === value : option.slug === value || option.id === value,
    );
    if (known !== undefined) return typeof known === 'string' ? known : known.slug;
    if (this.added.get(nameOf(teamId, kind, slug))?.has(value) === true) return value;
    // Compares only texts that look like ids, because the ids must be generated first.
    if (!uuidForm.test(value)) return undefined;
    return this.options(teamId, kind, slug).find(({ id }) => id === value)?.slug;
  }

  private optionId(kind: ObjectType, slug: string, option: string): string {
    return createRandom(this.settings.seed, 'option', kind, slug, option).uuid();
  }
}

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isText = (value: unknown): value is string => typeof value === 'string';
const fits = {
  string: isText,
  number: (value: unknown) => typeof value === 'number',
  boolean: (value: unknown) => typeof value === 'boolean',
  // Date.parse alone accepts any text that contains a number.
  date: (value: unknown) =>
    isText(value) && /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value)),
  reference: (value: unknown) => isText(value) || (Array.isArray(value) && value.every(isText)),
};

const nameOf = (...parts: string[]): string => JSON.stringify(parts);
