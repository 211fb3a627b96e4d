/** A form of values: its name, a test for it, and how to read a column so that its values take this form. */
export interface ValueForm {
  /** For use within a sentence. */
  name: string;
  fits: (value: unknown) => boolean;
  /** What to write behind the slug in `--map`, if that can make a text fit. */
  map: string | null;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isListOfTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** A date, with or without a time; `Date.parse` alone accepts any text that contains a number. */
const isDate = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d(?:$|[T ])/.test(value) && !Number.isNaN(Date.parse(value));

const text: ValueForm = { name: 'a text', fits: isText, map: null };
const texts: ValueForm = { name: 'a list of texts', fits: isListOfTexts, map: '[;]' };
const ids: ValueForm = {
  name: 'an id or a list of ids',
  fits: (value) => isText(value) || isListOfTexts(value),
  map: null,
};

const forms = new Map<string, ValueForm>([
  ['str', text],
  ['text', text],
  ['num', { name: 'a number', fits: isNumber, map: ':number' }],
  ['bool', { name: 'true or false', fits: (value) => typeof value === 'boolean', map: ':boolean' }],
  ['date', { name: 'a date such as 2026-11-23', fits: isDate, map: null }],
  ['multi_str', texts],
  ['select_str', { ...text, name: 'an option' }],
  ['multiselect_str', { ...texts, name: 'a list of options' }],
]);

/**
 * The form of values that a storage type of the API accepts. Null for types without documentation, where any value may
 * be right: `jsonb`, `byte`, and unknown types.
 */
export function formOf(type: string): ValueForm | null {
  return forms.get(type) ?? (/^(?:multi)?ref_/.test(type) ? ids : null);
}

/** Whether values of a type must be options of the property. */
export const hasOptions = (type: string): boolean => type === 'select_str' || type === 'multiselect_str';

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}
