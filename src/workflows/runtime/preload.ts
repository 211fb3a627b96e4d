/**
 * The modules that all workflows of a worker share, so that they run once a worker and not once a workflow: building
 * the schemas takes longer than all that a tracker does at a poll. None keeps any state that a workflow could notice.
 * They are all of `core/`: the bundler lists its folders. Part of every bundle, by its option `preloadModules`.
 *
 * Temporal freezes what such modules export, down to the last property, and a frozen schema cannot check anything,
 * since zod computes much when it is first used. At what is frozen already it stops, so the exports are frozen here,
 * one level deep.
 */
// Given by webpack, which replaces each call by the list of a folder's files: nothing has to be generated and kept up
// to date. A call for each folder, as the SDK hides folders within a folder from webpack.
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
