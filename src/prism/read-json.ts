import { isTurnOver, nextTurn } from '../ports/give-way';
import { endOfString } from '../ports/json-text';
import { answerLimits } from './answer-limits';

/**
 * Parses a server's JSON of some MiB in steps, so that others get a turn. Returns null if it is not JSON, or has more
 * than 250,000 values.
 */
export async function readJson(json: string): Promise<unknown> {
  const reading = new Reading(json);
  try {
    while (reading.step()) if (isTurnOver()) await nextTurn();
    return reading.value;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

type Open = { list: unknown[]; object: null } | { list: null; object: Record<string, unknown> };
type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | 'comma' | 'nothing';

class Reading {
  value: unknown = null;
  private at = 0;
  private values = 0;
  private expected: Expected = 'value';
  /** The name of the next value of an object. */
  private name = '';
  private readonly open: Open[] = [];

  constructor(private readonly json: string) {}

  /** Reads the next part; false at the end. Throws a SyntaxError if it is not JSON. */
  step(): boolean {
    this.skipSpace();
    const mark = this.json[this.at];
    if (this.expected === 'nothing') {
      if (mark !== undefined) throw new SyntaxError('more than a value');
      return false;
    }
    if (this.expected === 'comma') this.readComma(mark);
    else if (
      (this.expected === 'value or ]' && mark === ']') ||
      (this.expected === 'name or }' && mark === '}')
    )
      this.close();
    else if (this.expected === 'name' || this.expected === 'name or }') this.readName(mark);
    else this.readValue(mark);
    return true;
  }

  private readComma(mark: string | undefined): void {
    const { list } = this.open.at(-1) ?? { list: null };
    if (mark === ',') {
      this.at += 1;
      this.expected = list === null ? 'name' : 'value';
    } else if (mark === (list === null ? '}' : ']')) this.close();
    else throw new SyntaxError('no comma');
  }

  private readName(mark: string | undefined): void {
    if (mark !== '"') throw new SyntaxError('no name');
    this.name = JSON.parse(this.take(endOfString(this.json, this.at) + 1)) as string;
    this.skipSpace();
    if (this.json[this.at] !== ':') throw new SyntaxError('no colon');
    this.at += 1;
    this.expected = 'value';
  }

  private readValue(mark: string | undefined): void {
    this.values += 1;
    if (this.values > answerLimits.errorValues) throw new SyntaxError('too many values');
    if (mark === '[' || mark === '{') {
      const opened: Open = mark === '[' ? { list: [], object: null } : { list: null, object: {} };
      this.put(opened.list ?? opened.object);
      this.open.push(opened);
      this.at += 1;
      this.expected = mark === '[' ? 'value or ]' : 'name or }';
      return;
    }
    const end = mark === '"' ? endOfString(this.json, this.at) + 1 : this.endOfWord();
    this.put(JSON.parse(this.take(end)));
    this.expected = this.open.length === 0 ? 'nothing' : 'comma';
  }

  private put(value: unknown): void {
    const around = this.open.at(-1);
    if (around === undefined) this.value = value;
    else if (around.list !== null) around.list.push(value);
    else if (this.name === '__proto__') defineProto(around.object, value);
    else around.object[this.name] = value;
  }

  private close(): void {
    this.open.pop();
    this.at += 1;
    this.expected = this.open.length === 0 ? 'nothing' : 'comma';
  }

  private take(end: number): string {
    const text = this.json.slice(this.at, end);
    this.at = end;
    return text;
  }

  private endOfWord(): number {
    wordEnd.lastIndex = this.at;
    return wordEnd.exec(this.json)?.index ?? this.json.length;
  }

  private skipSpace(): void {
    space.lastIndex = this.at;
    space.exec(this.json);
    this.at = space.lastIndex;
  }
}

/** Defines an ordinary member, as JSON.parse does, rather than the prototype. */
const defineProto = (object: Record<string, unknown>, value: unknown): void =>
  void Object.defineProperty(object, '__proto__', {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });

const space = /[ \t\r\n]*/y;
const wordEnd = /[,\]}\s]/g;
