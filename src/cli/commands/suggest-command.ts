import { nearest } from '../../ports/nearest';

/** Names of our commands in other tools. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  dev: ['demo', 'start', 'try', 'quickstart'],
  worker: ['run', 'serve', 'up'],
  emulator: ['mock', 'fake', 'simulate', 'server'],
  rehearse: ['rehearsal', 'practice', 'chaos'],
  setup: ['init', 'install', 'register'],
  doctor: ['check', 'health', 'diagnose', 'verify'],
  import: ['upload', 'load', 'submit', 'create', 'add'],
  track: ['follow', 'wait', 'watch', 'await', 'poll', 'attach'],
  list: ['ls', 'ps', 'imports', 'jobs', 'pipelines'],
  describe: ['status', 'show', 'get', 'info', 'inspect', 'progress', 'cancel', 'stop', 'reset', 'retry'],
  results: ['result', 'report', 'rows', 'failed', 'download', 'output'],
  clean: ['prune', 'purge', 'gc', 'delete', 'rm', 'cleanup'],
  'codec-server': ['codec', 'decode'],
  completion: ['completions', 'autocomplete'],
  lab: ['export', 'traces'],
  budget: ['cost', 'quota', 'requests', 'estimate'],
};

/** The command to suggest for an unknown word, or null. */
export function suggestCommand(word: string, commands: readonly string[]): string | null {
  const known = commands.flatMap((command) => [
    { word: command },
    ...(otherNames[command] ?? []).map((label) => ({ word: command, label })),
  ]);
  return nearest(word, known)[0] ?? null;
}
