/** Maximum length of a column name that is ever shown, in characters. */
const maxNameLength = 60;

/** The form of column names: letters, digits and a few marks, starting with a letter. */
const nameForm = /^\p{L}[\p{L}\p{M}\p{Nd} _.()/#&'-]*[?*:]?$/u;
const maxWords = 5;
const maxDigits = 3;

/** Text that looks like a value rather than a name: a host, a number with separators, a path. */
const valueForms = [/\S\.\p{L}{2,}/u, /\d[\d.,/-]+\d/, /\/\S*\//];

/** Words of which most column names contain at least one. Matched as whole words, in any case. */
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
 * Whether the first row of a CSV is certainly a header, so that its names may be shown to the caller. Each cell must
 * have the form of a name, and either the mapping names one of them, or half of them contain a word typical of column
 * names. When in doubt it is not, since a file may have no header, or be one that the caller must not see.
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

/** Whether a name contains a word typical of column names. */
export function hasColumnWord(name: string): boolean {
  const words = name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase();
  return words.split(/[^\p{L}]+/u).some((word) => columnWords.has(word));
}
