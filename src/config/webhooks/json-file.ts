import type { Checked } from '../../core/validation';
import { readBounded, unreadable } from '../read-bounded';

/** Largest file that is read, in bytes. */
const maxFileBytes = 256 * 1024;

/** What a file contains, and how to validate it. */
export interface JsonFileForm<T> {
  path: string;
  /** The variable that names the file. */
  field: string;
  /** What the file contains, in words. */
  form: string;
  /** What stays in use while the file is missing or malformed, in one word. */
  content: string;
  /** Validates the content, without showing secrets. */
  check(this: void, value: unknown): Checked<T>;
}

/** Receives warnings, which contain nothing of the file. */
export type Warn = (message: string) => void;

interface Read<T> {
  text: string;
  value: T;
}

/**
 * A JSON file that is read again on every use, so that it can change while imports run. While it is missing or
 * malformed (half-written, for instance), its last good content stays in use.
 */
export class JsonFile<T> {
  private problem = '';

  private constructor(
    private readonly form: JsonFileForm<T>,
    private last: Read<T>,
  ) {}

  /** Opens the file, or returns its problems. */
  static open<T>(form: JsonFileForm<T>): Checked<JsonFile<T>> {
    const found = readFile(form, null);
    return found.ok ? { ok: true, value: new JsonFile(form, found.value) } : found;
  }

  /** The current content. Warns once about a file that cannot be used. */
  value(warn: Warn): T {
    const found = readFile(this.form, this.last);
    if (found.ok) {
      this.problem = '';
      this.last = found.value;
      return this.last.value;
    }
    const problem = found.problems.map(({ field, seen }) => `${field}: ${seen}`).join('; ');
    if (problem !== this.problem) warn(`${problem}. The last ${this.form.content} stay in use.`);
    this.problem = problem;
    return this.last.value;
  }

  /** The last good content. */
  get lastValue(): T {
    return this.last.value;
  }
}

function readFile<T>({ path, field, form, check }: JsonFileForm<T>, last: Read<T> | null): Checked<Read<T>> {
  const wrong = (seen: string): Checked<never> => {
    const accepted = `the path of a JSON file: ${form}`;
    return { ok: false, problems: [{ field, seen: `${JSON.stringify(path)}: ${seen}`, accepted }] };
  };
  let text: string | null;
  try {
    text = readBounded(path, maxFileBytes, 'utf8');
  } catch (error) {
    return wrong(unreadable(error));
  }
  if (text === null) return wrong(`it is not a file of at most ${maxFileBytes} bytes`);
  if (text === last?.text) return { ok: true, value: last };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong('it is not JSON');
  }
  const checked = check(value);
  return checked.ok ? { ok: true, value: { text, value: checked.value } } : checked;
}
