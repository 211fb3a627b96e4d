import type { Source } from '../../../core/pipeline/source';
import type { SourceForm } from '../../../ports/batch-reader';
import { isPlain, targetOf } from '../../rows/column-mapping';
import type { SplitRow } from '../../rows/split-rows';

const [space, quote, opener, backslash] = [0x20, 0x22, 0x7b, 0x5c];

/**
 * Returns a function that says, without parsing a row, if its bytes show that a property has a value: a string under a
 * name that no nested object has. False if that is uncertain.
 */
export function surelyHasValue(
  { mapping = {} }: Source,
  _form: SourceForm,
  _header: readonly string[],
  property: string,
): (row: SplitRow, raw: Buffer) => boolean {
  const names = [...Object.keys(mapping), property].filter((name) => {
    const target = targetOf(name, mapping);
    return target?.property === property && isPlain(target);
  });
  const sought = [...new Set(names)].map((name) => Buffer.from(`${JSON.stringify(name)}:`));
  return ({ malformed }, raw) => malformed === null && sought.some((name) => hasText(raw, name));
}

function hasText(raw: Buffer, name: Buffer): boolean {
  const found = raw.indexOf(name);
  if (found === -1 || raw.lastIndexOf(opener, found) > raw.indexOf(opener)) return false;
  let at = found + name.length;
  while (raw[at] === space) at += 1;
  const first = raw[at + 1] ?? 0;
  return raw[at] === quote && first > space && first < 0x7f && first !== quote && first !== backslash;
}
