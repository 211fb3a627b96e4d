/**
 * Regular expressions for durations, limited to what all JSON Schema validators support: Go's RE2 has neither lookahead
 * nor `\u`, and Python's `\d` matches any Unicode digit.
 */

/** A number as in a duration; the next is a number equal to zero. */
const amount = '[0-9]{1,18}(?:\\.[0-9]{1,9})?';
const zero = '0{1,18}(?:\\.0{1,9})?';

/** Units as words, which may follow a space. */
const words = ['milliseconds?', 'seconds?', 'minutes?', 'hours?', 'days?', 'ms', 's', 'm', 'h', 'd'];
/** Units of Go's durations, and days. The two similar ones contain a micro sign and a Greek letter. */
const goUnits = ['d', 'h', 'm', 's', 'ms', 'us', 'µs', 'μs', 'ns'];
const [dateUnits, timeUnits] = [
  ['W', 'D'],
  ['H', 'M', 'S'],
];

/** The least number of each unit that makes 100 ms. Large units have round numbers. */
const leastNumbers: Record<string, string> = {
  ns: '100000000',
  us: '100000',
  µs: '100000',
  μs: '100000',
  ms: '100',
  s: '0.1',
  m: '0.0017',
  h: '0.00003',
  d: '0.0000012',
  w: '0.0000002',
};

const oneOf = (forms: readonly string[]): string => `(?:${forms.join('|')})`;
const wholly = (forms: readonly string[]): string => `^${oneOf(forms)}$`;
const maybe = (units: readonly string[]): string => units.map((unit) => `(?:${amount}${unit})?`).join('');

/** Matches any accepted duration, zero included. */
export const durationPattern: string = wholly(textsOf(amount));

/**
 * Matches, for schemas, zero and durations of at least 100 ms in which a single part is that long. The code itself adds
 * up the parts.
 */
export const intervalPattern: string = wholly([...textsOf(zero), ...longTexts()]);

function textsOf(number: string): string[] {
  return [`${number} ?${oneOf(words)}`, `(?:${number}${oneOf(goUnits)})+`, isoOf(number)];
}

function isoOf(number: string): string {
  const time = isoTime(number);
  return iso(`(?:${number}W(?:${number}D)?|${number}D)(?:T${time})?|T${time}`);
}

/** Years and months have no fixed length, so they may only be zero. */
function iso(parts: string): string {
  return `P(?:0{1,9}Y)?(?:0{1,9}M)?(?:${parts})`;
}

function isoTime(number: string): string {
  return `(?:${number}H(?:${number}M)?(?:${number}S)?|${number}M(?:${number}S)?|${number}S)`;
}

function longTexts(): string[] {
  const word = words.map((unit) => `${longNumber(unit.startsWith('milli') ? 'ms' : unit)} ?${unit}`);
  const rest = `(?:${amount}${oneOf(goUnits)})*`;
  const go = `${rest}${oneOf(goUnits.map((unit) => longNumber(unit) + unit))}${rest}`;
  const dates = dateUnits.map((_, index) => `${longIso(dateUnits, index)}(?:T${isoTime(amount)})?`);
  const times = timeUnits.map((_, index) => `${maybe(dateUnits)}T${longIso(timeUnits, index)}`);
  return [...word, go, iso([...dates, ...times].join('|'))];
}

function longIso(units: readonly string[], index: number): string {
  const unit = units[index] ?? '';
  return `${maybe(units.slice(0, index))}${longNumber(unit.toLowerCase())}${unit}${maybe(units.slice(index + 1))}`;
}

/** Matches numbers of a unit, given by its first letters, that make at least 100 ms. */
function longNumber(unit: string): string {
  const least = leastNumbers[unit] ?? leastNumbers[unit.slice(0, 1)] ?? '';
  const [whole = '', fraction] = least.split('.');
  // A power of ten: the first non-zero digit must be followed by as many digits as the power has zeros.
  if (fraction === undefined) return `0{0,18}[1-9][0-9]{${whole.length - 1},17}(?:\\.[0-9]{1,9})?`;
  const last = fraction.length - 1;
  const larger = [...fraction].flatMap((digit, index) => {
    const from = Number(digit) + (index === last ? 0 : 1);
    return from > 9 ? [] : [`${fraction.slice(0, index)}[${from}-9][0-9]{0,${8 - index}}`];
  });
  return `(?:0{0,18}[1-9][0-9]{0,17}(?:\\.[0-9]{1,9})?|0{1,18}\\.${oneOf(larger)})`;
}
