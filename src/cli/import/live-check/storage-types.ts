/** How a kind of value is called, whether a value is one, and how a column is read so that it becomes one. */
export interface ValueForm {
  /** For the middle of a sentence. */
  name: string;
  fits: (value: unknown) => boolean;
  /** What follows the slug in `--map`, where that could help a text to fit. */
  map: string | null;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isListOfTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** A date, or a date with a time; `Date.parse` alone takes any text with a number in it. */
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
 * What a storage type of the API takes; null for one of which nothing is documented, so that any value may be right:
 * `jsonb`, `byte`, and types that are not known here.
 */
export function formOf(type: string): ValueForm | null {
  return forms.get(type) ?? (/^(?:multi)?ref_/.test(type) ? ids : null);
}

/** Whether values of a type are options that the property has. */
export const hasOptions = (type: string): boolean => type === 'select_str' || type === 'multiselect_str';

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}
