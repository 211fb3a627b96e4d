/** A command line of a page, with the output shown below it. */
export interface DocumentedCommand {
  /** As it stands there, possibly over several lines. */
  command: string;
  /** The block `text` or `json` that follows, or null. */
  output: string | null;
}

const blocks = /```sh\n((?:temporal|tctl) [^`]*?)\n```(?:\n\n```(?:text|json)\n([\s\S]*?)\n```)?/g;

/** The blocks of a page that hold one command of `temporal` or `tctl` each. */
export function commandsOf(page: string): DocumentedCommand[] {
  return [...page.matchAll(blocks)].map(([, command = '', output = null]) => ({ command, output }));
}

/** The page with these outputs shown below its commands, in order. */
export function withOutputs(page: string, outputs: string[]): string {
  const rest = [...outputs];
  return page.replace(blocks, (_block, command: string) => {
    const output = rest.shift() ?? '';
    const shown = output === '' ? '' : `\n\n\`\`\`${isJson(output) ? 'json' : 'text'}\n${output}\n\`\`\``;
    return `\`\`\`sh\n${command}\n\`\`\`${shown}`;
  });
}

/**
 * The text without what differs from run to run: ids, numbers, times, and the spacing that follows from their widths.
 */
export function masked(text: string): string {
  return text
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<id>')
    .replace(/\b\d+@[\w.-]+/g, '<worker>')
    .replace(/[█░]+/g, '<bar>')
    .replace(/\b(?:a few|an?|\d+) (?:second|minute|hour)s? ago\b|\bnow\b/g, '<ago>')
    .replace(/\d+(?:[.:,]\d+)*/g, '<n>')
    .replace(/(?:<n> ?(?:d|h|m?s|min)\b ?)+/g, '<n>')
    .replace(/(?:<n>(?:h|m?s|min)? ?)+/g, '<n>')
    .replace(/\s+/g, ' ')
    .trim();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
