import { z } from 'zod';
import { isTurnOver, nextTurn } from '../../ports/give-way';
import { describeIssue, malformed } from '../answers';
import { ByteSink } from '../byte-sink';
import type { AnswerHead, BodyReader } from '../http-answer';
import { JsonShape, type ShapeLimits } from '../json-shape';

/** Limits of an answer with property definitions: thousands of them, with as many options. */
const limits: ShapeLimits & { bytes: number } = {
  depth: 16,
  keys: 20_000,
  members: 500_000,
  keyBytes: 1024,
  scalarBytes: 1024,
  bytes: 16 * 1024 * 1024,
};

const text = z.string().nullish();
const optionSchema = z.looseObject({ id: text, slug: text, value: text });
const definitionSchema = z.looseObject({
  slug: z.string(),
  type: z.string(),
  name: text,
  list_id: text,
  crm_id: text,
  required: z.boolean().nullish(),
  options: z.array(optionSchema).nullish(),
});
const byIdSchema = z.record(z.string(), definitionSchema, { error: 'not an object of definitions by id' });

/** A property of a kind of record, as the API defines it; unknown fields are kept. */
export type PropertyDefinition = z.infer<typeof definitionSchema>;

/**
 * Reads an answer with the property definitions of one kind. Accepts both documented forms: an object with the kind,
 * which contains definitions by id (TypeScript SDK), or definitions by id alone (micro-cli). Throws a PrismError
 * (`malformed`) for anything else, and as soon as a limit is exceeded.
 */
export class DefinitionsReader implements BodyReader {
  private readonly body = new ByteSink();
  private readonly shape: JsonShape;

  constructor(private readonly head: AnswerHead) {
    this.shape = new JsonShape((seen) => this.refusal(seen), limits);
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = this.shape.next(bytes, 0); at < bytes.length; at = this.shape.next(bytes, at + 1));
    this.body.append(bytes);
    if (this.body.length > limits.bytes) throw this.refusal(`it has more than ${limits.bytes} bytes`);
    if (isTurnOver()) await nextTurn();
  }

  /** The definitions, after the whole body was read. */
  definitions(kind: string): PropertyDefinition[] {
    const answer = this.parse();
    const within = isObject(answer) && Object.hasOwn(answer, kind) ? answer[kind] : answer;
    const checked = byIdSchema.safeParse(within);
    if (!checked.success) throw this.refusal(describeIssue(checked.error.issues[0]));
    return Object.values(checked.data);
  }

  private parse(): unknown {
    if (this.body.length === 0) throw this.refusal('it is not JSON, but empty');
    try {
      const decoder = new TextDecoder('utf-8', { fatal: true });
      return JSON.parse(decoder.decode(this.body.view(0, this.body.length)));
    } catch {
      throw this.refusal('it is not JSON');
    }
  }

  private refusal(seen: string): Error {
    return malformed(this.head, seen, 'list of property definitions');
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
