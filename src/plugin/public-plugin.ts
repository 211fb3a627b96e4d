import type { PrismImportsPluginOptions } from './options';
import { PrismImportsPlugin as Plugin } from './prism-imports-plugin';

/**
 * A plugin as its users hold it: to Temporal's types it is one for workers, bundles and connections. That it needs no
 * more spares programs that only call workflows the types of `@temporalio/worker`, which an older compiler cannot read.
 */
export interface PrismImportsPlugin {
  readonly name: string;
}

/**
 * Lets a team's own worker serve our four workflows on its own task queue, beside its own. It adds our activities,
 * what our workflows need in the bundle, and a second worker for requests to the API on `{task queue}-http`, which
 * starts and stops with the team's. Workflows, converters, codecs and interceptors of the team stay as they are; the
 * last two serve ours too. The workflows file says `export * from 'prism-imports/workflows'`.
 *
 * `Worker.create` throws when the configuration cannot be used or the workflows are not exported; `run` rejects when
 * the namespace lacks search attributes. To make a bundle ahead, `bundleWorkflowCode` takes the same plugin, and needs
 * no configuration for it; nor does a replay.
 *
 * @example
 *   const worker = await Worker.create({
 *     taskQueue: 'team',
 *     workflowsPath: require.resolve('./workflows'),
 *     plugins: [new PrismImportsPlugin({ storage: 's3://bucket/imports' })],
 *   });
 */
export const PrismImportsPlugin: new (options?: PrismImportsPluginOptions) => PrismImportsPlugin = Plugin;

export type { PrismImportsPluginOptions };
