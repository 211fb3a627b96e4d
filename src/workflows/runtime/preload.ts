/**
 * The modules that all workflows of a worker share: all of `core/`, as listed by the bundler. They run once per worker
 * rather than once per workflow, since building the schemas takes longer than everything else in a poll. None keeps
 * state that a workflow could notice. Part of every bundle, by its option `preloadModules`.
 *
 * Temporal freezes the exports of such modules deeply, and a frozen schema cannot check anything, since zod computes
 * much on first use. Temporal stops at objects that are already frozen, so the exports are frozen here, one level deep.
 */
// Provided by webpack, which replaces each call by the list of a folder's files, so that no list has to be generated
// and maintained. Each folder needs a call, because the SDK hides nested folders from webpack.
declare const require: {
  context(folder: string, recursive: boolean, files: RegExp): { (file: string): object; keys(): string[] };
};

const folders = [
  require.context('../../core', false, /(?<!\.d)\.[jt]s$/),
  require.context('../../core/api', false, /(?<!\.d)\.[jt]s$/),
  require.context('../../core/details', false, /(?<!\.d)\.[jt]s$/),
  require.context('../../core/metrics', false, /(?<!\.d)\.[jt]s$/),
  require.context('../../core/pipeline', false, /(?<!\.d)\.[jt]s$/),
  require.context('../../core/pipeline/launch', false, /(?<!\.d)\.[jt]s$/),
  require.context('../../core/pipeline/search', false, /(?<!\.d)\.[jt]s$/),
  require.context('../../core/tracker', false, /(?<!\.d)\.[jt]s$/),
  require.context('../../core/tracker/forecast', false, /(?<!\.d)\.[jt]s$/),
  require.context('../../core/tracker/notices', false, /(?<!\.d)\.[jt]s$/),
];

for (const load of folders) for (const file of load.keys()) Object.freeze(load(file));
