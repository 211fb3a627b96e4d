/** Longest name of a column that is ever shown, in characters. */
const maxNameLength = 60;

/** Words as columns are called: letters, digits and a few marks, beginning with a letter. */
const nameForm = /^\p{L}[\p{L}\p{M}\p{Nd} _.()/#&'-]*[?*:]?$/u;
const maxWords = 5;
const maxDigits = 3;

/** What looks like a value and not like the name of one: a host, a number with separators, a path. */
const valueForms = [/\S\.\p{L}{2,}/u, /\d[\d.,/-]+\d/, /\/\S*\//];

/** Words of which one at least is in most names of columns. Matched as a whole, in any case. */
const columnWords = new Set(
  (
    'name first last middle full given family title company organization organisation account person contact deal ' +
    'email mail phone mobile fax web website site url link domain linkedin twitter address street city town zip ' +
    'postcode postal region state province country id uid uuid key code number no nr ref slug type kind category ' +
    'status stage source owner date day month year time created updated modified amount price value currency total ' +
    'count size employees headcount revenue industry sector description summary note notes comment comments tag ' +
    'tags label labels keyword keywords primary secondary birthday language gender age row column'
  ).split(' '),
);

/**
 * Whether the first row of a CSV is surely a header, so that its names may be told to whoever asked for the import:
 * each cell must have the form of a name, and either the mapping names one of them, or half of them hold a word that
 * columns are called by. A file may have no header, or be none that the caller should see: when in doubt it is none.
 */
export function isRecognisedHeader(names: readonly string[], mapped: readonly string[]): boolean {
  if (!names.every(hasNameForm)) return false;
  const known = new Set(mapped);
  if (names.some((name) => known.has(name))) return true;
  return names.filter(hasColumnWord).length * 2 >= names.length;
}

function hasNameForm(name: string): boolean {
  return (
    name.length <= maxNameLength &&
    nameForm.test(name) &&
    name.split(/\s+/).length <= maxWords &&
    name.replace(/\P{Nd}/gu, '').length <= maxDigits &&
    !valueForms.some((form) => form.test(name))
  );
}

/** Whether one of its words is in most names of columns. */
export function hasColumnWord(name: string): boolean {
  const words = name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase();
  return words.split(/[^\p{L}]+/u).some((word) => columnWords.has(word));
}
