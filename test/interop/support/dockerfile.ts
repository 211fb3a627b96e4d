/** One instruction of a Dockerfile: its keyword in capitals, and the rest on one line. */
interface Instruction {
  keyword: string;
  rest: string;
}

/** What follows one FROM. */
export interface Stage {
  image: string;
  /** Its name after AS, or null. */
  name: string | null;
  instructions: Instruction[];
}

/**
 * The stages of a Dockerfile: comments removed, continued lines joined. Throws when an instruction comes before the
 * first FROM.
 */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const { keyword, rest } of instructionsOf(text)) {
    if (keyword === 'FROM') {
      const [image = '', , name] = rest.split(/\s+/);
      stages.push({ image, name: name ?? null, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`${keyword} stands before the first FROM`);
    stage.instructions.push({ keyword, rest });
  }
  return stages;
}

function instructionsOf(text: string): Instruction[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => {
      const [, keyword = '', rest = ''] = /^\s*(\S+)\s*(.*)$/.exec(line) ?? [];
      return { keyword: keyword.toUpperCase(), rest };
    });
}

/** What is left of the only instruction with this keyword; throws unless there is exactly one. */
export function only(stage: Stage, keyword: string): string {
  const [first, ...others] = stage.instructions.filter((instruction) => instruction.keyword === keyword);
  if (first === undefined || others.length > 0) throw new Error(`expected one ${keyword} in the stage`);
  return first.rest;
}

/** A COPY: the stage that it takes from (null: the build context), sources and destination. */
export function parseCopy(rest: string): { from: string | null; sources: string[]; destination: string } {
  const [, from = null, paths = ''] = /^(?:--from=(\S+)\s+)?(.*)$/.exec(rest) ?? [];
  const words = paths.split(/\s+/);
  const destination = words.pop() ?? '';
  return { from, sources: words, destination };
}
