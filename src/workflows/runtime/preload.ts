/**
 * The modules that all workflows of a worker share, so that they run once a worker and not once a workflow: building
 * the schemas takes longer than all that a tracker does at a poll. None keeps any state that a workflow could notice.
 * They are all of `core/`: the bundler lists the folder. Part of every bundle, by its option `preloadModules`.
 *
 * Temporal freezes what such modules export, down to the last property, and a frozen schema cannot check anything,
 * since zod computes much when it is first used. At what is frozen already it stops, so the exports are frozen here,
 * one level deep.
 */
// Given by webpack, which replaces the call by the list: nothing has to be generated and kept up to date.
declare const require: {
  context(folder: string, recursive: boolean, files: RegExp): { (file: string): object; keys(): string[] };
};

const core = require.context('../../core', true, /(?<!\.d)\.[jt]s$/);

for (const file of core.keys()) Object.freeze(core(file));
