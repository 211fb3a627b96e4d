const beyondAscii = /[^\0-\x7f]/gu;
const word = /[\p{L}\p{M}]+/gu;
/** Marks that occur in texts beside letters. */
const punctuation = /[\u00a0–—‘’“”„‚«»…•·€°®™、。・「」『』（）！？：，；～ー\u3000№]/u;
/** Letters that appear only if bytes are decoded in the wrong encoding. */
const unlikely = /[\p{Lm}\p{Co}ƒªºﬁﬂıſ\uff61-\uff9f]/u;
const scripts = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Thai}/u,
  /\p{Script=Hangul}/u,
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u,
];
const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const besideLowerCase = new RegExp(`[a-z]${eastAsian.source}|${eastAsian.source}[a-z]`, 'u');
/** Letters of which every word of three letters has one, by script. */
const vowels = [/[аеёиіїоуыэюяє]/iu, /[αεηιουωάέήίόύώϊϋΐΰ]/iu];
/** A capital after a small letter, or a small letter among capitals, if one of the two is not ASCII. */
const oddCase =
  /\p{Ll}(?![A-Z])\p{Lu}|(?![a-z])\p{Ll}[A-Z]|\p{Lu}{2}(?![a-z])\p{Ll}|[A-Z](?![a-z])\p{Ll}[A-Z]/u;

/**
 * How readable the non-ASCII part of a text is, from 0 to 1: letters in words of one script and usual case and, for
 * Latin script, with ASCII letters among them. `letters` matches the expected non-ASCII letters.
 */
export function plausibility(text: string, letters = /./u): number {
  const all = text.match(beyondAscii)?.length ?? 0;
  if (all === 0) return 1;
  let readable = 0;
  for (const [found] of text.matchAll(word)) {
    const beyond = found.match(beyondAscii) ?? [];
    if (beyond.length > 0 && isWord(found, beyond.length))
      readable += beyond.filter((letter) => letters.test(letter)).length;
  }
  for (const character of text.match(beyondAscii) ?? []) if (punctuation.test(character)) readable += 0.5;
  return Math.min(1, readable / all);
}

function isWord(letters: string, beyond: number): boolean {
  if (unlikely.test(letters) || oddCase.test(letters) || /^\p{M}/u.test(letters)) return false;
  const used = scripts.filter((script) => script.test(letters));
  const isLatin = used.includes(scripts[0] as RegExp);
  if (used.length > 1)
    return used.length === 2 && isLatin && eastAsian.test(letters) && !besideLowerCase.test(letters);
  if (lacksVowel(letters)) return false;
  return !isLatin || letters.length < 4 || beyond < letters.length;
}

function lacksVowel(letters: string): boolean {
  if (letters.length < 3) return false;
  const script = [scripts[1], scripts[2]].findIndex((each) => each?.test(letters) === true);
  return script !== -1 && vowels[script]?.test(letters) === false;
}
