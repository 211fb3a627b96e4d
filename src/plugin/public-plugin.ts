import type { PrismImportsPluginOptions } from './options';
import { PrismImportsPlugin as Plugin } from './prism-imports-plugin';

/**
 * The plugin's public type: Temporal accepts it for workers, bundles and connections. It needs no types of
 * `@temporalio/worker`, which older compilers cannot read, so programs that only call workflows do not load them.
 */
export interface PrismImportsPlugin {
  readonly name: string;
}

/**
 * Lets your own worker serve our four workflows on its task queue, beside your own. It adds our activities, what our
 * workflows need in the bundle, and a second worker for requests to the API on `{task queue}-http`, which starts and
 * stops with yours. Your workflows, converters, codecs and interceptors stay unchanged; codecs and interceptors apply
 * to our workflows too. Add `export * from 'prism-imports/workflows'` to your workflows file.
 *
 * `Worker.create` throws if the configuration cannot be used or the workflows are not exported. `run` rejects if the
 * namespace lacks search attributes. To build a bundle ahead of time, pass the same plugin to `bundleWorkflowCode`;
 * bundling and replay need no configuration.
 *
 * @example
 *   import { Worker } from '@temporalio/worker';
 *   import { PrismImportsPlugin } from 'prism-imports';
 *
 *   const worker = await Worker.create({
 *     taskQueue: 'team',
 *     workflowsPath: require.resolve('./workflows'),
 *     plugins: [new PrismImportsPlugin({ storage: 's3://bucket/imports' })],
 *   });
 */
export const PrismImportsPlugin: new (options?: PrismImportsPluginOptions) => PrismImportsPlugin = Plugin;

export type { PrismImportsPluginOptions };
