import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A value as somebody's JSON library writes it, byte for byte. */
export interface Example {
  name: string;
  accepted: boolean;
  /** `JOB` stands for a job's id. */
  json: string;
  /** Of one that is refused: a part of what the refusal says. */
  says?: string;
}

/** Path of the file: validators of other languages read it too. */
export const examplesFile = join(__dirname, 'examples.json');

/** Values that schemas, code and workflows must judge alike, by the name of the schema. */
export const examples = JSON.parse(readFileSync(examplesFile, 'utf8')) as Record<string, Example[]>;
